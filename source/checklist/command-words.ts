import {argvOf, type Container} from './workload.ts';
import {listAt, textOf} from './values.ts';

/** The script of `sh -c SCRIPT`, or null when the words run no shell script. */
export const shellScriptOf = (argv: readonly string[]): string | null => {
	const [program = '', ...rest] = argv;
	if (!/(^|\/)(ba|da|a|z|k)?sh$/.test(program)) return null;
	const flag = rest.findIndex(word => /^-[a-z]*c[a-z]*$/.test(word));
	return flag === -1 ? null : (rest[flag + 1] ?? null);
};

/** The script that a container's own command runs, when it is a shell. */
export const containerScript = (container: Container): string | null => (listAt(container.value, 'command').length === 0 ? null : shellScriptOf(argvOf(container)));

/** Whether a shell script hands its process over to its last command, so that signals reach it. */
export const endsInExec = (script: string): boolean => {
	const commands = script
		.replaceAll('\\\n', ' ')
		.split(/\n|;|&&|\|\|/)
		.map(command => command.trim().replace(/^(?:then|else|do)\s+/, ''))
		.filter(command => command !== '' && !command.startsWith('#') && !/^(done|fi|esac|\}|\))$/.test(command));
	return /^(?:\w+=\S*\s+)*exec\s/.test(commands.at(-1) ?? '');
};

/** Seconds that a preStop hook waits; null when there is no hook that waits. */
export const preStopSeconds = (hook: unknown): number | null => {
	const seconds = Number(textOf((hook as {sleep?: {seconds?: unknown}} | null | undefined)?.sleep?.seconds) ?? Number.NaN);
	if (Number.isFinite(seconds)) return seconds;
	const words = listAt(hook, 'exec', 'command').map(word => textOf(word) ?? '').join(' ');
	const found = /(?:^|[\s;&/"'])sleep\s+(\d+(?:\.\d+)?)([smh]?)/.exec(words);
	return found === null ? null : Number(found[1]) * (found[2] === 'h' ? 3600 : found[2] === 'm' ? 60 : 1);
};

/** Hosts that `curl` and `wget` in these words ask, without scheme, port and path. */
export const fetchedHosts = (argv: readonly string[]): readonly string[] => {
	const script = shellScriptOf(argv) ?? (argv.length === 1 ? argv[0] : undefined);
	const words = script === undefined ? argv : shellWords(script);
	const hosts: string[] = [];
	let isFetching = false;
	for (let index = 0; index < words.length; index += 1) {
		const word = words[index] ?? '';
		if (/(^|\/)(curl|wget)$/.test(word)) isFetching = true;
		else if (isFetching && takesValue.has(word)) index += 1;
		else if (isFetching && !word.startsWith('-')) {
			const host = hostOf(word);
			if (host !== null) hosts.push(host);
		}
	}

	return hosts;
};

/** Words of a script, quotes taken off. Good enough to find what is fetched; no shell. */
const shellWords = (script: string): readonly string[] => (script.match(/"[^"]*"|'[^']*'|\$\([^)]*\)[^\s;|&]*|[^\s;|&"']+/g) ?? []).map(word => word.replace(/^(["'])(.*)\1$/s, '$2'));

const takesValue = new Set(['-o', '-O', '-H', '-m', '-T', '-t', '-X', '-d', '-u', '-A', '-w', '--header', '--max-time', '--timeout', '--tries', '--output', '--request', '--data', '--user', '--user-agent', '--write-out', '--cacert', '--cert', '--key', '--retry', '--connect-timeout']);

const hostOf = (word: string): string | null => {
	const url = /^[a-z]+:\/\/(?:[^@/]*@)?(\[[^\]]*\]|\$\([^)]*\)|\$\{[^}]*\}|[^:/?#]+)/i.exec(word);
	if (url !== null) return url[1] ?? null;
	const bare = /^((?:[\w-]+\.)*[\w-]+|\$\(?\{?\w+\}?\)?)(?::[\w${}()]+)(?:\/.*)?$/.exec(word) ?? /^(localhost|(?:[\w-]+\.)+[\w-]+)(?:\/.*)?$/.exec(word);
	return bare?.[1] ?? null;
};
