import {request} from 'node:http';

/** Where the API is spoken to: the socket of a `kubectl proxy`, and the path of a list (`/api/v1/namespaces/egov/pods`). */
export type WatchedList = {readonly socketPath: string; readonly path: string};

export type ResourceWatch = {
	readonly objects: () => readonly unknown[];
	/** Why they are not known now; null when they are. */
	readonly unknown: () => string | null;
	readonly close: () => void;
};

/** Why something is unknown that nobody has refused. */
export const notReadYet = 'it was not read yet';

const firstPauseMs = 100;
const longestPauseMs = 8000;

/**
All objects of a list, kept up to date by a watch. When the watch breaks off, or the server no longer has what came since, it is listed again.
Source: "Efficient detection of changes" in the Kubernetes API concepts.
*/
export const watchResource = ({socketPath, path}: WatchedList, kind: string, onChange: () => void): ResourceWatch => {
	const objects = new Map<string, unknown>();
	const cancel = new AbortController();
	let unknown: string | null = notReadYet;
	let timer: NodeJS.Timeout | undefined;
	let pauseMs = firstPauseMs;

	const tell = (why: string | null): void => {
		unknown = why;
		onChange();
	};

	const again = (why: string | null): void => {
		if (cancel.signal.aborted) return;
		if (why !== null) tell(why);
		timer = setTimeout(list, why === null ? 0 : pauseMs);
		pauseMs = why === null ? firstPauseMs : Math.min(longestPauseMs, pauseMs * 2);
	};

	const ask = (query: string, take: (status: number, body: AsyncIterable<string>) => Promise<void>): void => {
		const asked = request({socketPath, path: `${path}?${query}`, headers: {host: 'localhost', accept: 'application/json'}, signal: cancel.signal}, response => {
			response.setEncoding('utf8');
			void take(response.statusCode ?? 0, response as AsyncIterable<string>).catch((error: unknown) => again(describe(error)));
		});
		asked.on('error', error => again(describe(error)));
		asked.end();
	};

	const list = (): void =>
		ask('resourceVersion=0', async (status, body) => {
			const text = await whole(body);
			if (status !== 200) return again(reasonOf(text, status));
			const answer = JSON.parse(text) as {readonly metadata?: {readonly resourceVersion?: string}; readonly items?: readonly Watched[] | null};
			objects.clear();
			for (const item of answer.items ?? []) put(item);
			pauseMs = firstPauseMs;
			tell(null);
			watch(answer.metadata?.resourceVersion ?? '');
		});

	const watch = (version: string): void =>
		ask(`watch=true&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=${encodeURIComponent(version)}`, async (status, body) => {
			if (status !== 200) return again(reasonOf(await whole(body), status));
			for await (const line of linesOf(body)) {
				const {type, object} = JSON.parse(line) as {readonly type: string; readonly object: Watched};
				// The server has forgotten what came since: only a new list helps.
				if (type === 'ERROR') return again(null);
				if (type === 'BOOKMARK') continue;
				if (type === 'DELETED') objects.delete(object.metadata?.uid ?? '');
				else put(object);
				onChange();
			}

			again(null);
		});

	const put = (item: Watched): void => {
		const {managedFields: _, ...metadata} = item.metadata ?? {};
		objects.set(metadata.uid ?? '', {...item, kind, metadata});
	};

	list();
	return {
		objects: () => [...objects.values()],
		unknown: () => unknown,
		close: () => {
			clearTimeout(timer);
			cancel.abort();
		},
	};
};

type Watched = {readonly metadata?: {readonly uid?: string; readonly managedFields?: unknown}};

const whole = async (body: AsyncIterable<string>): Promise<string> => {
	let text = '';
	for await (const piece of body) text += piece;
	return text;
};

async function* linesOf(body: AsyncIterable<string>): AsyncGenerator<string> {
	let rest = '';
	for await (const piece of body) {
		const lines = `${rest}${piece}`.split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) if (line !== '') yield line;
	}
}

/** The API says in a `Status` why it refuses. */
const reasonOf = (text: string, status: number): string => {
	try {
		return (JSON.parse(text) as {readonly message?: string}).message ?? `status ${status}`;
	} catch {
		return text.trim().split('\n')[0] || `status ${status}`;
	}
};

/** A proxy that is only being started has no socket yet. */
const describe = (error: unknown): string => {
	if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')) return notReadYet;
	return error instanceof Error ? error.message : String(error);
};
