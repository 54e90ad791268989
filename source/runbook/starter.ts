/** A runbook to begin with: the six steps, each key explained where it first stands. `slipway init` writes it. */
export const starterRunbook = `# yaml-language-server: $schema=runbook.schema.json
# A release of one Helm chart and its PostgreSQL database, in six steps. Change what is marked with <-, then:
#   slipway validate release.runbook.yaml
#   slipway plan release.runbook.yaml --target uat --input version=1.2.3
#   slipway run release.runbook.yaml --target uat --input version=1.2.3
name: Release my service # <-

# Asked when a run starts, or given as --input NAME=VALUE. Used as \${{ inputs.NAME }}.
# Types: string, number, boolean, choice (with options), secret (never shown, never stored).
inputs:
  version: {type: string, required: true, describe: Image tag to deploy, pattern: '[\\w][\\w.-]*'}

# Where a run acts. Nothing is taken from what kubectl or psql happen to be set to.
# {env: NAME} is read when the run starts. Keys of your own are used as \${{ target.NAME }}.
targets:
  uat:
    context: uat # <- of your kubeconfig
    namespace: my-namespace # <-
    database: {env: UAT_DATABASE_URL} # postgresql://user:password@host/name
    host: uat.example.org # <-
  production:
    context: production # <-
    namespace: my-namespace # <-
    database: {env: PRODUCTION_DATABASE_URL}
    host: www.example.org # <-
    protected: true # its name is typed before anything changes there

steps:
  - id: know
    name: Know what is going to get deployed
    tasks:
      # What would change, against what is live. The chart and values that it keeps are what is deployed later.
      - id: preview
        uses: helm/preview
        with:
          release: my-service # <-
          chart: ./charts/my-service # <- relative to this file
          values: [] # <- such as [./values/uat.yaml]
          set: {image.tag: '\${{ inputs.version }}'}
      # A person answers yes, no or partially, with a remark.
      - {id: read, confirm: I have read the difference and know what changes}

  - id: test
    name: Test
    tasks:
      - id: checklist
        uses: kubernetes/checklist
        with: {preview: preview}
        required: false # a failure is reported and does not block
      # A command. Text goes to a shell and holds no \${{ }}; values reach it by its environment.
      - id: tests
        run: npm test # <-
        env: {VERSION: '\${{ inputs.version }}'}
        effect: reads # it changes nothing outside
        timeout: 30m # units are required: 30s, 10m, 1d 12h
      # Yes has to name a person.
      - {id: qa, confirm: {text: QA has signed off this version, person: true}}

  - id: when
    name: Know when
    tasks:
      # Outside of these hours nothing changes, unless somebody overrides it with a reason.
      - id: window
        window:
          timezone: Europe/Berlin # <-
          allow: ['Mon-Thu 10:00-16:00']
          freezes: [{from: 2026-12-19, to: 2027-01-03, reason: End of the year}] # or a calendar: [freezes.ics]
      # Another person consents, on protected targets only.
      - {id: second-person, approval: {by: 1, max-age: 4h}, if: target.protected}

  - id: backup
    name: Back up
    tasks:
      # From here on there is a way back: read whole after it was written, and required before anything changes.
      - {id: dump, uses: postgres/backup, with: {format: custom, keep: 5, max-age: 2h}, timeout: 1h}

  - id: deploy
    name: Deploy
    tasks:
      # Deploys what was previewed, and nothing else. When it fails, a roll-back is offered.
      - {id: upgrade, uses: helm/upgrade, with: {preview: preview, timeout: 10m}}
      - {id: running, uses: helm/running, with: {preview: preview}}

  - id: live
    name: Test on the live server
    tasks:
      - id: home
        uses: smoke/http
        with:
          url: 'https://\${{ target.host }}/'
          expect: {status: 200, latency: 3s}
          retries: 5
      - {id: eyes, confirm: {text: I have used the service and it works, person: true}}
`;
