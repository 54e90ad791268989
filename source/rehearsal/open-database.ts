import {Problem} from '../errors.ts';
import {findPostgres} from './find-postgres.ts';
import {startPglite} from './pglite/start-pglite.ts';
import type {ToolRun} from './run-tool.ts';
import {startPostgres, type SandboxDatabase} from './start-postgres.ts';

export type DatabasePlace = {readonly kind: 'auto' | 'pglite'; readonly folder: string; readonly binFolder: string; readonly program: readonly string[]; readonly run: ToolRun; readonly say: (text: string) => void};

/** The machine's own PostgreSQL; where there is none, or it does not start, PGlite. Which one it is, is said. Throws `Problem` (`database-missing`). */
export const openDatabase = async ({kind, folder, binFolder, program, run, say}: DatabasePlace): Promise<SandboxDatabase> => {
	const reason = {text: ''};
	const programs = kind === 'pglite' ? null : findPostgres(run.env['PATH'] ?? '');
	if (programs === null) reason.text = kind === 'pglite' ? '' : 'There is no PostgreSQL server on this machine';
	else
		try {
			return await startPostgres({programs, folder, binFolder, run});
		} catch (error) {
			run.signal.throwIfAborted();
			reason.text = `The PostgreSQL in ${programs} can not be used (${firstLine(error)})`;
		}

	if (reason.text !== '') say(`${reason.text}; PGlite is to take its place.`);
	try {
		return await startPglite({folder, binFolder, program, run});
	} catch (cause) {
		run.signal.throwIfAborted();
		throw new Problem({
			code: 'database-missing',
			what: 'The rehearsal needs a PostgreSQL, and there is none.',
			why: `${reason.text === '' ? '' : `${reason.text}, and `}PGlite can not be used (${firstLine(cause)}).`,
			todo: 'Install PostgreSQL 12 or later with its server (Debian, Ubuntu: `apt install postgresql`; Fedora: `dnf install postgresql-server`; macOS: `brew install postgresql@17`).',
			cause,
		});
	}
};

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
