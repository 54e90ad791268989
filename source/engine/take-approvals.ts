import * as z from 'zod';

import type {Request} from '../run/request.ts';
import {answerInbox, readInbox} from '../stores/approvals-folder.ts';
import type {Engine, Reply} from './engine.ts';

/** How often it is looked whether somebody handed in an approval. */
const lookMs = 1000;

const handedIn = z.strictObject({
	task: z.string(),
	person: z.string().optional(),
	remark: z.string().optional(),
	signed: z.strictObject({text: z.string(), signature: z.string(), allowedSigners: z.string().optional()}).optional(),
});

/** An approval as another process hands it in: one JSON file in the inbox of the run's folder. */
export type HandedIn = z.infer<typeof handedIn>;

/**
Takes approvals that `slipway approve` handed in while this process drives the run: each goes through the one door like a key press, and its answer
is left beside it. Gives how to stop; what comes later is taken by whoever drives the run next.
*/
export const takeApprovals = (engine: Pick<Engine, 'send' | 'readOnly'>, runFolder: string): (() => void) => {
	let isBusy = false;
	const look = async (): Promise<void> => {
		if (isBusy || engine.readOnly !== null) return;
		isBusy = true;
		try {
			for (const {name, content} of readInbox(runFolder)) {
				const request = requestOf(content);
				const reply: Reply = request === null ? {done: false, refusal: {code: 'approval-unreadable', what: 'What was handed in is no approval.', todo: 'Hand it in with `slipway approve`.', gates: []}} : await engine.send(request);
				// A run that was closed meanwhile has refused nothing: the next driver takes it.
				if (engine.readOnly !== null) return;
				answerInbox(runFolder, name, `${JSON.stringify(reply)}\n`);
			}
		} catch {
			// A full disk or a folder that went away: the run itself says so at its next event, and the file is still there.
		} finally {
			isBusy = false;
		}
	};
	const timer = setInterval(() => void look(), lookMs);
	timer.unref();
	void look();
	return () => clearInterval(timer);
};

const requestOf = (content: string): Request | null => {
	try {
		const parsed = handedIn.safeParse(JSON.parse(content));
		if (!parsed.success) return null;
		const {task, person, remark, signed} = parsed.data;
		return {
			kind: 'approve',
			task,
			...(person === undefined ? {} : {person}),
			...(remark === undefined ? {} : {remark}),
			...(signed === undefined ? {} : {signed: {text: signed.text, signature: signed.signature, ...(signed.allowedSigners === undefined ? {} : {allowedSigners: signed.allowedSigners})}}),
		};
	} catch {
		return null;
	}
};
