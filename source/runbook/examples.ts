import type {KindName} from './shape.ts';

/** A task of each kind, for the reference. Tests read them as parts of a runbook. */
export const kindExamples: Readonly<Record<KindName, string>> = {
	uses: `- id: preview
  name: Compare \${{ inputs.version }} with what is live
  uses: helm/preview
  with: {release: user, chart: ./charts/user, values: [env.yaml], set: {image.tag: '\${{ inputs.version }}'}}
  timeout: 5m`,
	run: `- id: migrate
  run: flyway -url="$URL" migrate          # a text, for a shell
  env: {URL: '\${{ target.jdbc }}'}
  probe: flyway -url="$URL" validate       # asked when it is not known how it ended
  rollback: flyway -url="$URL" undo        # offered when it failed
  timeout: 10m
- id: restart
  run: [kubectl, rollout, restart, 'deployment/\${{ inputs.service }}']   # a list, run as it is
- id: regression
  run: [newman, run, regression.json, --reporters, 'cli,junit']
  junit: newman/*.xml                      # counted as tests: the same as uses: test/command`,
	script: `- id: log-in
  script: ./log-in.mjs
  args: ['https://\${{ target.host }}']
  env: {PASSWORD: '\${{ inputs.password }}'}
  effect: reads
  retry: 2`,
	confirm: `- {id: read, confirm: I have read the difference and know what changes}
- {id: qa, confirm: {text: QA has signed off, person: true, reference: true}}
- {id: notes, confirm: {text: The release notes name what the preview found, shows: preview}}`,
	window: `- id: window
  window:
    timezone: Asia/Kolkata
    allow: ['Mon-Thu 10:00-17:00', 'Sat 08:00-12:00']
    freezes: [holidays.ics, {from: 2027-03-25, to: 2027-04-05, reason: Closing of the financial year}]`,
	approval: `- {id: second-person, approval: {by: 1, max-age: 4h}, if: target.protected}`,
};

/** How each action is used. Each stands after a `helm/preview` with the id `preview`. */
export const actionExamples: Readonly<Record<string, string>> = {
	'helm/preview': `- id: preview-other
  uses: helm/preview
  with:
    release: user
    chart: ./charts/user
    values: [values/common.yaml, values/uat.yaml]
    set: {image.tag: '\${{ inputs.version }}'}`,
	'helm/preflight': '- {id: preflight, uses: helm/preflight, with: {preview: preview}}',
	'helm/upgrade': '- {id: upgrade, uses: helm/upgrade, with: {preview: preview, timeout: 15m}}',
	'helm/running': '- {id: running, uses: helm/running, with: {preview: preview, timeout: 2m}}',
	'helm/rollback': '- {id: back, uses: helm/rollback, with: {preview: preview}}',
	'helmfile/preview': `- id: preview-all
  uses: helmfile/preview
  with: {file: helmfile.yaml, environment: '\${{ target.name }}', selector: [tier=core]}
  timeout: 10m`,
	'helmfile/apply': `- {id: core, uses: helmfile/preview, with: {file: helmfile.yaml}}
- {id: apply, uses: helmfile/apply, with: {preview: core, timeout: 15m}}`,
	'helmfile/rollback': `- {id: seen, uses: helmfile/preview, with: {file: helmfile.yaml}}
- {id: back-all, uses: helmfile/rollback, with: {preview: seen}}`,
	'kubernetes/checklist': `- id: checklist
  uses: kubernetes/checklist
  with: {preview: preview, waivers: waivers.yaml, fail-on: fail}`,
	'postgres/backup': '- {id: dump, uses: postgres/backup, with: {format: custom, folder: /backups, keep: 5, max-age: 2h}, timeout: 2h}',
	'postgres/snapshot': `- id: snapshot
  uses: postgres/snapshot
  with:
    id: \${{ inputs.snapshot }}
    status: available
    taken: \${{ inputs.snapshot-time }}
    person: Asha
    proof: [aws, rds, wait, db-snapshot-available, --db-snapshot-identifier, '{}']`,
	'smoke/http': `- id: pages
  uses: smoke/http
  with:
    retries: 10
    interval: 5s
    checks:
      - {name: login, url: 'https://\${{ target.host }}/login', expect: {status: 200, body: Log in, latency: 3s}}
      - {name: version, url: 'https://\${{ target.host }}/version', expect: {version: {json: $.version, equals: '\${{ inputs.version }}'}}}`,
	'smoke/pods': '- {id: pods, uses: smoke/pods, with: {preview: preview, soak: 2m}}',
	'smoke/sql': `- id: migrated
  uses: smoke/sql
  with: {query: select count(*) from flyway_schema_history where not success, expect: 0}`,
	'test/evidence': `- id: ci
  uses: test/evidence
  with:
    url: \${{ inputs.ci-run }}
    commit: \${{ inputs.ci-commit }}
    preview: preview
    check: {headers: {authorization: {env: CI_TOKEN}}, expect: {json: {$.conclusion: success, $.head_sha: '\${{ inputs.ci-commit }}'}}}
    max-age: 12h`,
	'test/command': `- id: tests
  uses: test/command
  with: {run: npm test, junit: reports/*.xml, preview: preview, max-age: 1d}
  timeout: 30m`,
};
