import {mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';

import {shellWord} from '../text/command-line.ts';

/** A command that helmfile gave to Helm, with copies of what it named, as they were then. Paths are absolute. */
export type RecordedCommand = {
	readonly argv: readonly string[];
	/** The packaged chart; null for what deploys none. */
	readonly chart: string | null;
	readonly values: readonly string[];
	/** The folder of the chart, when it is one. */
	readonly chartFolder: string | null;
};

/** `clusterFlags` are added where helmfile only reads. */
export type RecorderSettings = {readonly recorder: string; readonly helm: string; readonly clusterFlags: readonly string[]; readonly namespace: string};

/**
Writes a program that helmfile takes for Helm, and a kubeconfig without a cluster beside it. An upgrade or an uninstall is noted, with
copies of its chart and values, and not done; helmfile's temporary files are gone when it ends. What only prepares charts is passed on to
Helm, which can't reach a cluster then. The list of releases and a rendering are asked of the target's.
*/
export const writeRecorder = ({recorder, helm, clusterFlags, namespace}: RecorderSettings): {readonly KUBECONFIG: string} => {
	const folder = dirname(recorder);
	mkdirSync(folder, {recursive: true, mode: 0o700});
	const kubeconfig = join(folder, 'no-cluster');
	writeFileSync(kubeconfig, 'apiVersion: v1\nkind: Config\n', {mode: 0o600});
	writeFileSync(recorder, script({folder: shellWord(folder), helm: shellWord(helm), clusterFlags: clusterFlags.map(shellWord).join(' '), namespace: shellWord(namespace)}), {mode: 0o700});
	return {KUBECONFIG: kubeconfig};
};

const script = ({folder, helm, clusterFlags, namespace}: Readonly<Record<'folder' | 'helm' | 'clusterFlags' | 'namespace', string>>): string => `#!/bin/sh
set -eu
case \${1-} in
upgrade | uninstall | delete) ;;
list | template) HELM_NAMESPACE=${namespace} exec ${helm} "$@" ${clusterFlags} ;;
version | dependency | repo | registry | pull | fetch | show | plugin | secrets | env) exec ${helm} "$@" ;;
*) echo "helmfile runs helm \${1-}, which is not known here" >&2; exit 1 ;;
esac
number=1
until mkdir ${folder}/$number 2>/dev/null; do
	[ -d ${folder}/$number ] || { echo ${folder}" can't be written" >&2; exit 1; }
	number=$((number + 1))
done
to=${folder}/$number
pwd > "$to/folder"
printf '%s\\0' "$@" > "$to/argv"
[ "$1" = upgrade ] || exit 0
chart=\${4-}
files=0 before= pull=
for word; do
	case $before in
	--values) files=$((files + 1)); cp "$word" "$to/values-$files.yaml" ;;
	--version | --keyring) pull="$pull $before=$word" ;;
	esac
	case $word in
	--devel | --verify | --plain-http | --insecure-skip-tls-verify) pull="$pull $word" ;;
	esac
	before=$word
done
mkdir "$to/chart"
if [ -d "$chart" ]; then ${helm} package "$chart" --destination "$to/chart" > /dev/null
elif [ -f "$chart" ]; then cp "$chart" "$to/chart/"
else ${helm} pull "$chart" $pull --destination "$to/chart" > /dev/null
fi
`;

/** What was noted, in the order in which helmfile would have done it. */
export const readRecords = (recorder: string): readonly RecordedCommand[] => {
	const folder = dirname(recorder);
	const numbers = readdirSync(folder).filter(name => /^\d+$/.test(name)).map(Number).toSorted((a, b) => a - b);
	return numbers.map(number => {
		const from = join(folder, String(number));
		const argv = readFileSync(join(from, 'argv'), 'utf8').split('\0').slice(0, -1);
		const names = readdirSync(from);
		const values = names.filter(name => name.startsWith('values-')).toSorted((a, b) => numberIn(a) - numberIn(b)).map(name => join(from, name));
		const packaged = names.includes('chart') ? readdirSync(join(from, 'chart')).find(name => !name.endsWith('.prov')) : undefined;
		const chartFolder = argv[0] === 'upgrade' ? resolve(readFileSync(join(from, 'folder'), 'utf8').trimEnd(), argv[3] ?? '') : null;
		return {argv, chart: packaged === undefined ? null : join(from, 'chart', packaged), values, chartFolder: chartFolder !== null && statSync(chartFolder, {throwIfNoEntry: false})?.isDirectory() === true ? chartFolder : null};
	});
};

const numberIn = (name: string): number => Number(/\d+/.exec(name)?.[0]);
