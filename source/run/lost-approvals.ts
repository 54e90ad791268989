import type {EventData, JournalLine} from '../journal/event.ts';

/** The approvals that a reopening takes away: those since the one before. */
export const lostApprovals = (lines: readonly JournalLine[], {seq, data: {task}}: JournalLine & {readonly type: 'task.reopened'}): readonly EventData['approval.given'][] => {
	const last = lines.findLast(line => line.type === 'task.reopened' && line.data.task === task && line.seq < seq)?.seq ?? -1;
	return lines.flatMap(line => (line.type === 'approval.given' && line.data.task === task && line.seq > last && line.seq < seq ? [line.data] : []));
};
