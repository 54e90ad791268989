import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import type {Action, PlanInput} from '../source/actions/action.ts';
import {findTool} from '../test/find-tool.ts';
import {context, kubeconfig} from './a-chart.ts';
import {ARelease} from './a-release.ts';

const chartOf = (name: string): Readonly<Record<string, string>> => ({
	[`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`,
	[`charts/${name}/values.yaml`]: 'replicas: 1\n',
	[`charts/${name}/templates/service.yaml`]: `apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}"}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: "{{ .Release.Name }}"}}
  template:
    metadata: {labels: {app: "{{ .Release.Name }}"}}
    spec:
      containers: [{name: "{{ .Release.Name }}", image: "egovio/{{ .Release.Name }}:{{ .Values.tag }}"}]
`,
});

/** What helmfile itself refuses can be seen only where it is installed. */
export const skipOfHelmfile = findTool('helmfile') === null ? 'helmfile is not on PATH' : false;

/** A helmfile with releases in the order in which they need one another, and their charts. */
export class AHelmfile extends ARelease {
	override input<With>(action: Action<With>, taskId: string, settings: unknown): PlanInput<With> {
		return {...super.input(action, taskId, settings), findTool: name => findTool(name) ?? (name === 'helmfile' ? join(import.meta.dirname, 'helmfile-stand-in.mjs') : null)};
	}

	setVersions(versions: Readonly<Record<string, string>>): void {
		const names = Object.keys(versions);
		// The last one stands first, so that only its need says what comes before it.
		const releases = names.map((name, index) => `- name: ${name}\n  namespace: ${this.namespace}\n  chart: ./charts/${name}\n${index === 0 ? '' : `  needs: [${this.namespace}/${names[index - 1] ?? ''}]\n`}  values: [{tag: ${JSON.stringify(versions[name])}}]\n`);
		this.write({'helmfile.yaml': `releases:\n${releases.toReversed().join('')}`});
	}

	/** Lines of the release that stands last. */
	addToHelmfile(lines: string): void {
		const [key = ''] = lines.trim().split(':');
		const before = readFileSync(join(this.folder, 'helmfile.yaml'), 'utf8').split('\n').filter(line => !line.startsWith(`  ${key}:`)).join('\n');
		this.write({'helmfile.yaml': `${before}${lines}`});
	}
}

export const aHelmfile = (name: string, versions: Readonly<Record<string, string>>): AHelmfile => {
	const helmfile = new AHelmfile(name, kubeconfig ?? '', context);
	helmfile.write(Object.assign({}, ...Object.keys(versions).map(chartOf)) as Record<string, string>);
	helmfile.setVersions(versions);
	return helmfile;
};
