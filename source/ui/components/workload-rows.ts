import type {PendingObject, PodProgress, Progress, ProgressEvent, WorkloadProgress} from '../../actions/helm/progress.ts';
import {clipMiddle} from '../../text/clip.ts';
import {formatDuration} from '../../text/format-duration.ts';
import {formatSeconds} from '../../text/format-time.ts';
import {makeSafe, safe, type SafeText} from '../../text/safe-text.ts';
import {widthOf} from '../../text/width.ts';
import type {Theme, Tone} from '../theme.ts';
import {blank, rowOf, words, type Row} from './row.ts';

export type WorkloadRowsProps = {readonly columns: number; readonly theme: Theme; readonly clean: (text: string) => SafeText; readonly now: Date};

/** More than so many are counted instead. */
const most = {workloads: 6, pods: 3, pending: 3, events: 3} as const;

/** Each workload with how many of it are ready; below it the pods that are not, with what keeps them; then what else is not there yet, and what the cluster said last. */
export const workloadRows = ({workloads, pending, events}: Progress, props: WorkloadRowsProps): readonly Row[] => {
	if (workloads.length === 0 && pending.length === 0) return [rowOf(words(safe`Nothing of this release is in the cluster yet.`, 'quiet'))];
	const shown = workloads.slice(0, most.workloads);
	const rest = workloads.slice(most.workloads);
	const told = events.filter(({isWarning}) => isWarning).slice(-most.events);
	return [
		...shown.flatMap(workload => workloadRow(workload, props)),
		...(rest.length === 0 ? [] : [rowOf(words(safe`and ${rest.length} more, ${rest.filter(({isReady}) => isReady).length} of them ready`, 'quiet'))]),
		...pending.slice(0, most.pending).flatMap(one => pendingRows(one, props)),
		...(pending.length > most.pending ? [rowOf(words(safe`and ${pending.length - most.pending} more that are not there yet`, 'quiet'))] : []),
		...(told.length === 0 ? [] : [blank, ...told.map(event => eventRow(event, props))]),
	];
};

const workloadRow = (workload: WorkloadProgress, props: WorkloadRowsProps): readonly Row[] => {
	const {columns, theme, clean} = props;
	const {kind, name, ready, desired, isReady, isHook, doneAfterMs, oldPods} = workload;
	const count = kind === 'Job' ? (doneAfterMs === null ? (isReady ? safe`done` : safe`running`) : safe`done in ${makeSafe(formatDuration(doneAfterMs))}`) : safe`${ready}/${desired} ready`;
	const more = [...(isHook ? [safe`hook`] : []), ...(oldPods > 0 && !isReady ? [safe`${oldPods} old`] : [])].map(text => safe`  ${text}`).join('') as SafeText;
	const waiting = isReady ? [] : workload.pods.filter(pod => !pod.isReady);
	return [
		{
			left: [words(theme.glyphs[isReady ? 'done' : 'waits'], isReady ? 'good' : 'accent'), words(safe` ${clipMiddle(clean(`${kind}/${name}`), Math.max(12, columns - widthOf(count) - widthOf(more) - 4), theme.glyphs.ellipsis)}`)],
			right: [words(count, isReady ? 'good' : 'plain'), words(more, 'quiet')],
		},
		...waiting.slice(0, most.pods).flatMap(pod => podRows(pod, props)),
		...(waiting.length > most.pods ? [rowOf(words(safe`  and ${waiting.length - most.pods} more pods that are not ready`, 'quiet'))] : []),
	];
};

const pendingRows = ({kind, name, state, message}: PendingObject, {columns, theme, clean}: WorkloadRowsProps): readonly Row[] => [
	{
		left: [words(theme.glyphs.waits, 'accent'), words(safe` ${clipMiddle(clean(`${kind}/${name}`), Math.max(12, columns - widthOf(clean(state)) - 4), theme.glyphs.ellipsis)}`)],
		right: [words(clean(state), 'warning')],
	},
	...(message === '' ? [] : [rowOf(words(safe`    ${clean(message.replaceAll('\n', ' '))}`, 'quiet'))]),
];

const podRows = ({name, state, message, restarts, createdAt}: PodProgress, {columns, theme, clean, now}: WorkloadRowsProps): readonly Row[] => {
	const ageMs = createdAt === null ? 0 : now.getTime() - Date.parse(createdAt);
	const unitMs = ageMs < 60_000 ? 1000 : 60_000;
	const age = ageMs < 1000 ? safe`` : safe`  ${makeSafe(formatDuration(Math.floor(ageMs / unitMs) * unitMs))}`;
	const stateWords = safe`${clean(state)}${restarts > 0 ? safe`, ${restarts} ${restarts === 1 ? safe`restart` : safe`restarts`}` : safe``}`;
	return [
		{
			left: [words(safe`  ${clipMiddle(clean(name), Math.max(10, columns - widthOf(stateWords) - widthOf(age) - 3), theme.glyphs.ellipsis)}`, 'quiet')],
			right: [words(stateWords, toneOf(state)), words(age, 'quiet')],
		},
		...(message === '' ? [] : [rowOf(words(safe`    ${clean(message.replaceAll('\n', ' '))}`, 'quiet'))]),
	];
};

/** What does not get better by itself. */
const toneOf = (state: string): Tone => (/BackOff|Err|Invalid|OOM|Error|probe fails/.test(state) ? 'danger' : state === 'Unschedulable' ? 'warning' : 'plain');

const eventRow = ({at, about, reason, message, count}: ProgressEvent, {clean}: WorkloadRowsProps): Row =>
	rowOf(words(safe`${makeSafe(formatSeconds(new Date(at)))} `, 'quiet'), words(safe`${clean(reason)}${count > 1 ? safe` (${count})` : safe``} `, 'warning'), words(clean(`${about.slice(about.indexOf('/') + 1)}: ${message.replaceAll('\n', ' ')}`), 'quiet'));
