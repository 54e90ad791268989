import process from 'node:process';

import {runTool, type Account, type ToolRun} from './run-tool.ts';

/** Who runs a server that refuses to run as root: PostgreSQL's own user where there is one. Null when we are not root: it runs as we do. */
export const accountForServers = async (run: ToolRun): Promise<Account | null> => {
	if (process.getuid?.() !== 0) return null;
	for (const name of ['postgres', 'nobody']) {
		const [uid, gid] = await Promise.all([askId('-u', name, run), askId('-g', name, run)]);
		if (uid !== null && gid !== null) return {name, uid, gid};
	}

	throw new Error('this is root, and there is no user postgres or nobody to run it');
};

const askId = async (what: '-u' | '-g', name: string, run: ToolRun): Promise<number | null> => {
	const answer = await runTool(['id', what, name], run).catch(() => '');
	return /^\d+$/.test(answer.trim()) ? Number(answer) : null;
};
