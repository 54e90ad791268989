import {commandLine} from '../../text/command-line.ts';
import type {BackupWork} from './plan-backup.ts';
import {withDatabase} from './server-address.ts';
import type {ServerFacts} from './server-facts.ts';
import {tooNewLine, tooNewWithin} from './versions.ts';

/**
What a person pastes to bring a backup back, as lines of a shell that go on only when the one before ended well, and what has to be known of
it. It never touches what the database holds now: a new one is filled beside it, then both change their names at once. So nothing stops it
that stops `pg_restore --clean`: an extension of another role, a newer foreign key, a table that is there already. No password is in it; the
tools ask for one, or take it from PGPASSWORD.

	createdb --template=template0 --maintenance-db=postgresql://release@db.uat/egov_db egov_db_restored &&
	pg_restore --exit-on-error --dbname=postgresql://release@db.uat/egov_db_restored /backups/egov_db-….dump &&
	psql --no-psqlrc --single-transaction --set=ON_ERROR_STOP=1 --dbname=postgresql://release@db.uat/postgres '--command=ALTER DATABASE
	    "egov_db" RENAME TO "egov_db_replaced"' '--command=ALTER DATABASE "egov_db_restored" RENAME TO "egov_db"'        one line

Sources: PostgreSQL, "ALTER DATABASE" (who may rename, and when), "CREATE EXTENSION" (trusted ones), "createdb".
*/
export const describeRestore = (work: RestoreWork, server: ServerFacts, isTooNew: boolean): {readonly command: string; readonly note: string} => {
	const {name} = work.address;
	const [restored, replaced] = [`${name.slice(0, longestName)}_restored`, `${name.slice(0, longestName)}_replaced`];
	const create = ['createdb', '--template=template0', ...makeLike(server), `--maintenance-db=${work.address.url}`, restored];
	const rename = (from: string, to: string): string => `--command=ALTER DATABASE ${identifier(from)} RENAME TO ${identifier(to)}`;
	const swap = ['psql', '--no-psqlrc', '--single-transaction', '--set=ON_ERROR_STOP=1', `--dbname=${withDatabase(work.address, server.otherDatabase ?? 'postgres').url}`, rename(name, replaced), rename(restored, name)];
	return {
		command: `${definePod(work)}${[...(work.isCompressed ? [commandLine(['gzip', '--test', work.names.final])] : []), fed(create, work), fill(restored, work, {server, isTooNew}), fed(swap, work)].join(' &&\n')}`,
		note: [
			`It fills the new database ${restored} beside ${name}; its last line then swaps their names, for which nobody may be connected to ${name}. What is in ${name} until then stays as ${replaced}.`,
			...(work.inPod.length > 0 && work.hasPassword ? [`PGPASSWORD has to hold the password of ${server.user}.`] : []),
			...wants(work, server),
		].join(' '),
	};
};

type RestoreWork = Pick<BackupWork, 'address' | 'names' | 'settings' | 'isCompressed' | 'hasPassword' | 'inPod'>;

/** A name has at most 63 bytes; room is left for what is put behind it. */
const longestName = 54;

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** What createdb would make otherwise than the database is. */
const makeLike = ({made, template, owner, user}: ServerFacts): readonly string[] => [
	...(owner.name === user || !owner.isMember ? [] : [`--owner=${owner.name}`]),
	...Object.entries(made).flatMap(([flag, value]) => (value === null || value === template[flag] ? [] : [`--${flag}=${value}`])),
];

const fill = (restored: string, work: RestoreWork, {server, isTooNew}: {readonly server: ServerFacts; readonly isTooNew: boolean}): string => {
	const {settings, names, isCompressed} = work;
	const database = `--dbname=${withDatabase(work.address, restored).url}`;
	const isPlain = settings.format === 'plain';
	const load = ['psql', '--no-psqlrc', '--quiet', '--output=/dev/null', '--set=ON_ERROR_STOP=1', database];
	const owners = leavesOwnersOut(server) ? ['--no-owner'] : [];
	if (isTooNew) return withoutTooNew(isPlain ? plainText(names.final, isCompressed) : ['pg_restore', '--file=-', ...owners, names.final], [...podName(work), ...load]);
	if (isPlain) return isCompressed ? `${guarded(commandLine(plainText(names.final, isCompressed)))} | ${commandLine([...podName(work), ...load])}` : fed(load, work, names.final);
	const restore = ['pg_restore', '--exit-on-error', ...owners, ...(settings.jobs === undefined ? [] : [`--jobs=${settings.jobs}`]), database];
	return work.inPod.length > 0 ? fed(restore, work, names.final) : commandLine([...restore, names.final]);
};

/** What prints a plain dump. */
export const plainText = (file: string, isCompressed: boolean): readonly string[] => [...(isCompressed ? ['gzip', '-dc'] : ['cat']), file];

/** A pipe without the line that an older server does not know. */
export const withoutTooNew = (source: readonly string[], load: readonly string[]): string =>
	`${guarded(`${guarded(commandLine(source))} | LC_ALL=C ${commandLine(['sed', `1,${tooNewWithin}{/^${tooNewLine}$/d;}`])}`)} | ${commandLine(load)}`;

/**
psql takes the end of what it reads for the end of a table's rows, and ends well. So where what it reads breaks off, it is given the end of the
rows and then what is no statement, at which it stops.
*/
export const guarded = (source: string): string => `{ ${source} || printf '\\n\\\\.\\nbroken off;\\n'; }`;

/** In a pod, a command reads what it is given alone, never the terminal of who pastes it. */
const fed = (argv: readonly string[], work: RestoreWork, file: string | null = work.inPod.length > 0 ? '/dev/null' : null): string => `${commandLine([...podName(work), ...argv])}${file === null ? '' : ` < ${commandLine([file])}`}`;

const podName = ({inPod}: RestoreWork): readonly string[] => (inPod.length > 0 ? ['in_pod'] : []);

/** A function of the shell, as its text would stand three times in the lines; the password goes in before what the command reads. */
const definePod = ({inPod, hasPassword}: RestoreWork): string => {
	if (inPod.length === 0) return '';
	const run = `${commandLine(inPod)} "$@"`;
	return `in_pod() { ${hasPassword ? `{ printf '%s\\n' "$PGPASSWORD"; cat; } | ${run}` : run}; }\n`;
};

/** Where the schema public belongs to a role that the user can't give it to, ownership is left out; that loses nothing else when all of the rest is the user's own. */
const leavesOwnersOut = ({owners, user, mayGivePublic}: ServerFacts): boolean => !mayGivePublic && owners.every(({name}) => name === user);

/** What the role of the backup lacks, so that another one has to paste it. */
const wants = ({address, settings}: RestoreWork, server: ServerFacts): readonly string[] => {
	const {user, mayCreateDatabases, owner, owners, superuserExtensions, hasOwnSettings, mayGivePublic, otherDatabase} = server;
	const others = owners.flatMap(({name, isMember}) => (isMember ? [] : [name]));
	const isPublicLost = !mayGivePublic && settings.format !== 'plain' && leavesOwnersOut(server);
	const reasons = [
		...(otherDatabase === null ? [`${user} may connect to ${address.name} alone`] : []),
		...(mayCreateDatabases ? [] : [`${user} may not create databases`]),
		...(owner.isMember ? [] : [`${address.name} belongs to ${owner.name}`]),
		...(others.length === 0 ? [] : [`what is in it belongs to ${others.join(', ')} too`]),
		...(superuserExtensions.length === 0 ? [] : [`only a superuser can make the extension ${superuserExtensions.join(', ')}`]),
		...(mayGivePublic || isPublicLost ? [] : ['the schema public belongs to a superuser']),
	];
	return [
		...(reasons.length === 0 ? [] : [`It needs another role than ${user} in its addresses, a superuser say: ${reasons.join(', ')}.`]),
		...(isPublicLost ? ['The schema public belongs to the owner of the database afterwards.'] : []),
		...(hasOwnSettings ? [`What is set or granted for ${address.name} itself (ALTER DATABASE … SET, GRANT CONNECT) is in no dump and has to be set again.`] : []),
	];
};
