import type {ManifestImage} from '../actions/helm/images.ts';
import type {ManifestDiff} from '../actions/helm/manifest-diff.ts';
import type {PreviewReport} from '../actions/helm/preview-report.ts';

/** What a preview found, for the output of its attempt: versions, findings, images, then each difference whole. Secrets are masked in it. */
export const describeDifference = (report: PreviewReport, difference: ManifestDiff, images: readonly ManifestImage[]): readonly string[] => {
	const {live, coming, counts} = report;
	const distinct = [...new Map(images.map(one => [one.image, one])).values()];
	return [
		'',
		`Live    ${live === null ? 'nothing: this is the first install' : `revision ${live.revision}, ${live.status}, ${live.chart}, app ${live.appVersion || '(none)'}, since ${live.at}`}`,
		`Coming  ${coming === null ? 'unknown' : `${coming.chart}, app ${coming.appVersion || '(none)'}`}`,
		...(report.lastRevision > (live?.revision ?? 0) ? [`Revision ${report.lastRevision}, the last one, is not what is compared with: it was never deployed whole.`] : []),
		'',
		...distinct.map(({image, digest}) => `Image   ${image}${digest === null ? '' : ` (${digest.slice(0, 19)}…)`}`),
		'',
		...report.findings.map(({level, what, where}) => `${marks[level]} ${what}${where === undefined ? '' : `  [${where}]`}`),
		'',
		`${counts.added} added, ${counts.changed} changed, ${counts.removed} removed, ${counts.unchanged} unchanged; ${counts.volatileLines} lines covered that differ at every rendering`,
		...difference.changes.flatMap(({change, kind, namespace, name, diff}) => ['', `${change} ${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`, ...diff.trimEnd().split('\n')]),
	];
};

const marks = {danger: '!', warning: '~', note: '·'} as const;
