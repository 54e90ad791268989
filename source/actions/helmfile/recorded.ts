import {isCredential} from '../../checklist/secret-rules.ts';
import {releaseNamePattern} from '../helm/preview-work.ts';
import {secretLines} from '../helm/values-secrets.ts';

/** What helmfile would have Helm do to one release. `namespace`: null when the helmfile names none. */
export type RecordedRelease = {readonly kind: 'upgrade' | 'uninstall'; readonly release: string; readonly namespace: string | null; readonly context: string | null; /** `--set…` flags, in order. */ readonly setFlags: readonly string[]};

/**
A command line that helmfile gave to Helm, without the program. What is not understood is refused, with the reason, not left out.

	upgrade --install user charts/user --wait --timeout 300s --namespace egov --values /tmp/a --set image.tag=1.2 --reset-values --history-max 10
*/
export const readRecorded = (argv: readonly string[]): RecordedRelease | {readonly refusal: string} => {
	const [command = '', ...words] = argv;
	if (command === 'uninstall' || command === 'delete') return {kind: 'uninstall', release: words.find(word => !word.startsWith('-')) ?? '', namespace: null, context: null, setFlags: []};
	const [install, release = '', chart = '', ...flags] = words;
	if (command !== 'upgrade' || install !== '--install' || release.startsWith('-') || chart.startsWith('-')) return {refusal: `helmfile wants to run \`helm ${argv.slice(0, 4).join(' ')}\`, which is not known here.`};
	const found: {namespace: string | null; context: string | null; setFlags: string[]} = {namespace: null, context: null, setFlags: []};
	for (let index = 0; index < flags.length; index++) {
		const flag = flags[index] ?? '';
		if (ignored.has(flag) || flag.startsWith('--wait=')) continue;
		const value = flags[++index] ?? '';
		if (ignoredWithValue.has(flag)) continue;
		if (flag === '--namespace') found.namespace = value;
		else if (flag === '--kube-context') found.context = value;
		else if (settings.has(flag)) found.setFlags.push(flag, value);
		else return {refusal: `The helmfile wants the release ${release} to be deployed with ${flag}, which is not taken over here.`};
	}

	const secret = secretIn(found.setFlags);
	if (secret !== null) return {refusal: `The helmfile puts ${secret} of the release ${release} into a command line with \`set:\`. Every process of this machine can read it there, and the record would keep it: put it into a values or secrets file.`};
	if (!releaseNamePattern.test(release) || (found.namespace !== null && !isNamespace.test(found.namespace))) return {refusal: `The helmfile names a release ${JSON.stringify(release)} in the namespace ${JSON.stringify(found.namespace)}, which can't be names of such.`};
	return {kind: 'upgrade', release, ...found};
};

/** Folders of the record are called so, and like the releases. */
const isNamespace = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** What the deployment decides itself (waiting, time-outs, history), and what only says where a chart comes from: it is kept packaged. */
const ignored = new Set(['--wait', '--wait-for-jobs', '--reset-values', '--create-namespace', '--hide-notes', '--verify', '--devel', '--plain-http', '--insecure-skip-tls-verify']);
/** `--values`: their files are copied when helmfile names them. */
const ignoredWithValue = new Set(['--timeout', '--history-max', '--version', '--keyring', '--description', '--values']);
const settings = new Set(['--set', '--set-string', '--set-json']);

/** The path of a value that looks like a secret; null when none does. An entry of a list that has a `name` goes by that: `env[0].name=DB_PASSWORD,env[0].value=…`. */
const secretIn = (setFlags: readonly string[]): string | null => {
	const assigned = setFlags.flatMap((word, index) => (index % 2 === 0 ? [] : setFlags[index - 1] === '--set-json' ? [word] : word.split(/(?<!\\),/))).map(one => one.split(/=(.*)/s)).map(([path = '', value = '']) => ({path, value}));
	const names = new Map(assigned.map(({path, value}) => [path, value]));
	const found = assigned.find(({path, value}) => {
		const own = path.split('.').at(-1) ?? '';
		const name = own === 'value' ? (names.get(path.replace(/value$/, 'name')) ?? own) : own;
		return isSecret(name, value) || [...value.matchAll(jsonPair)].some(([, key = '', text = '']) => isSecret(key, text));
	});
	return found?.path ?? null;
};

const isSecret = (name: string, value: string): boolean => isCredential(name.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2'), value) || secretLines(`value: ${value}`).length > 0;

/** `"password": "hunter2"` in what `--set-json` is given. */
const jsonPair = /"([\w.-]{1,80})"\s*:\s*"([^"]*)"/g;
