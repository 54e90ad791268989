/** Examples for the table: a Deployment in as few lines as show the point. `lines` are fields of its container. */
export const deployment = (lines: string, options: {readonly pod?: string; readonly replicas?: number; readonly image?: string} = {}): string =>
	[
		'apiVersion: apps/v1',
		'kind: Deployment',
		'metadata: {name: web}',
		'spec:',
		...(options.replicas === undefined ? [] : [`  replicas: ${options.replicas}`]),
		'  template:',
		'    metadata: {labels: {app: web}}',
		'    spec:',
		...indent(options.pod ?? '', 6),
		'      containers:',
		'        - name: web',
		`          image: ${options.image ?? 'ghcr.io/acme/web:1.4.2'}`,
		...indent(lines, 10),
		'',
	].join('\n');

/** Several documents of one bundle. */
export const bundle = (...documents: readonly string[]): string => documents.map(document => (document.endsWith('\n') ? document : `${document}\n`)).join('---\n');

export const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}\n';

const indent = (text: string, columns: number): readonly string[] =>
	text
		.split('\n')
		.filter(line => line !== '')
		.map(line => `${' '.repeat(columns)}${line}`);
