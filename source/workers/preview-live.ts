import {joinManifests} from '../actions/helm/manifest.ts';
import {liveRevision, type PreviewWork} from '../actions/helm/preview-work.ts';
import {deployedOf, helmError, isPending, lastOf, readHistory, repairOf, type ReleaseHistory, type Revision} from '../actions/helm/release-history.ts';
import type {Finding} from '../journal/event.ts';
import {formatMoment} from '../text/format-time.ts';
import {firstLine, stop} from './preview-stop.ts';
import type {RunTool} from './tool-runner.ts';

/** The history of the release. Stops when it can't be read, or while an operation is pending: Helm would refuse to render too. */
export const readLiveHistory = async (work: PreviewWork, run: RunTool): Promise<ReleaseHistory> => {
	const history = readHistory(await run(work.helm.history, {isQuiet: true}));
	if (history.kind === 'unknown') return stop(`What is live is unknown: ${history.why}`);
	const last = lastOf(history);
	const repair = repairOf(history, work.release);
	if (last !== null && isPending(last.status)) {
		const words = repair === null ? '' : ` \`${[...repair.argv, ...work.helm.history.slice(3, 9)].join(' ')}\` ${repair.meaning}.`;
		return stop(`Revision ${last.revision} of ${work.release} is ${last.status}: another operation goes on, or was interrupted`, [{level: 'danger', what: `Revision ${last.revision} is ${last.status} since ${formatMoment(last.updated)}. Helm refuses to upgrade until that ends. If nothing goes on any more:${words}`}]);
	}

	return history;
};

/** What Helm last deployed, with its hooks; `values` as JSON. */
export type Live = {readonly revision: Revision; readonly manifest: string; readonly values: string};

/** The release that the difference starts from; null when Helm says that there is none. */
export const readLive = async (work: PreviewWork, run: RunTool, history: ReleaseHistory): Promise<Live | null> => {
	const baseline = deployedOf(history) ?? lastOf(history);
	if (baseline === null || baseline.status === 'uninstalled') return null;
	const ask = async (argv: readonly string[]): Promise<string> => {
		const {exitCode, stdout, stderr} = await run(argv.map(word => (word === liveRevision ? String(baseline.revision) : word)), {isQuiet: true});
		return exitCode === 0 ? stdout : stop(`What is live is unknown: ${firstLine(helmError(stderr))}`);
	};
	const {manifest, hooks, values} = work.helm.live;
	return {revision: baseline, manifest: joinManifests(await ask(manifest), await ask(hooks)), values: await ask(values)};
};

/** After a failure the cluster holds a mixture that no manifest describes. */
export const judgeHistory = (history: ReleaseHistory, {release, namespace}: PreviewWork): readonly Finding[] => {
	// A release that somebody keeps under another HELM_DRIVER would look like none.
	if (history.kind === 'none') return [{level: 'note', what: `Helm knows no release ${release} in ${namespace}; its records were looked for where Helm keeps them by default, in Secrets.`}];
	const [last, good] = [lastOf(history), deployedOf(history)];
	if (last === null || last.revision === good?.revision || last.status === 'uninstalled') return [];
	const compared = good === null ? 'Nothing was deployed whole before, so the difference starts from it' : `The difference starts from revision ${good.revision}, the last that was deployed whole`;
	return [{level: 'warning', what: `The last revision, ${last.revision}, is ${last.status}. ${compared}; the cluster may hold parts of both.`}];
};
