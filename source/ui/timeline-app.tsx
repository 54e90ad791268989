import {readFileSync} from 'node:fs';
import {stat} from 'node:fs/promises';
import {isAbsolute, join} from 'node:path';
import process from 'node:process';

import type {FileFact} from '../journal/event.ts';
import type {Replay} from '../engine/replay-run.ts';
import {factOf} from '../stores/file-facts.ts';
import {attemptFolderOf} from '../stores/run-folder.ts';
import {openOutputLog} from '../supervisor/output.ts';
import {formatSize} from '../text/format-size.ts';
import type {SafeText} from '../text/safe-text.ts';
import {openTimelineSession} from './screens/timeline/timeline-session.ts';
import {textLines} from './screens/timeline/text-lines.ts';
import type {OpenedFile, Timeline, TimelineChoice} from './screens/timeline/timeline.ts';
import {TimelineScreen} from './screens/timeline-screen.tsx';
import {showUntil} from './show-until.ts';
import {themeFrom} from './theme.ts';

/** Larger files are not for a screen. */
const largestShownBytes = 8 * 1024 * 1024;

/** Steps through a run at the terminal until it is left, or looked at as it was after a line. */
export const runTimeline = async (replay: Replay, clean: (text: string) => SafeText, from?: number): Promise<TimelineChoice> => {
	let chosen: TimelineChoice = {kind: 'leave'};
	await showUntil(leave => {
		const theme = themeFrom(process.env);
		const session = openTimelineSession({
			timeline: timelineOf(replay, clean),
			theme,
			clean,
			...(from === undefined ? {} : {from}),
			onChoose: choice => {
				chosen = choice;
				session.close();
				leave();
			},
		});
		return <TimelineScreen session={session} theme={theme} />;
	});
	return chosen;
};

const timelineOf = ({lines, stateAt, damage, folder}: Replay, clean: (text: string) => SafeText): Timeline => ({
	lines,
	stateAt,
	damage,
	openOutput: (taskId, attempt) => openOutputLog(attemptFolderOf(folder, taskId, attempt), clean),
	openFile: file => openFile(folder, file, clean),
});

const openFile = async (folder: string, file: FileFact, clean: (text: string) => SafeText): Promise<OpenedFile> => {
	const path = isAbsolute(file.path) ? file.path : join(folder, file.path);
	try {
		const {sha256} = await factOf(path);
		const isAsRecorded = sha256 === file.sha256;
		return {text: await readText(path, clean), isAsRecorded, standing: isAsRecorded ? `As it was recorded: SHA-256 ${sha256}` : `It is not as it was recorded. Recorded: SHA-256 ${file.sha256.slice(0, 16)}…, now: ${sha256.slice(0, 16)}…`};
	} catch (error) {
		return {text: textLines([]), isAsRecorded: false, standing: `It can't be read: ${error instanceof Error ? error.message : String(error)}`};
	}
};

const readText = async (path: string, clean: (text: string) => SafeText): Promise<OpenedFile['text']> => {
	const facts = await stat(path);
	if (facts.isDirectory()) return textLines([clean(`A folder: ${path}`)]);
	if (facts.size > largestShownBytes) return textLines([clean(`${formatSize(facts.size)} are too much for a screen: ${path}`)]);
	const bytes = readFileSync(path);
	if (bytes.subarray(0, 8192).includes(0)) return textLines([clean(`${formatSize(facts.size)} that are no text: ${path}`)]);
	return textLines(bytes.toString('utf8').replace(/\n$/, '').split('\n').map(line => clean(line)));
};
