import {formatMoment} from '../../text/format-time.ts';
import type {Earlier} from '../action.ts';
import type {PreviewOutcome} from './preview-report.ts';

/** What a roll-back gives back, and what it does not, in sentences. */
export type RollbackFacts = {readonly returns: readonly string[]; readonly stays: readonly string[]};

/** From what the preview found. `revision`: where it leads; null where nothing was deployed before, so that all of the release goes. */
export const describeRollback = (outcome: PreviewOutcome, revision: number | null, earlier: Readonly<Record<string, Earlier>> = {}): RollbackFacts => {
	const {goodRevision, fromVersion, toVersion, migrations, crds, claims, added, removed, definitions, isFirstInstall, release} = outcome;
	const isLast = revision === goodRevision;
	const lostClaims = isLast ? added.filter(name => name.startsWith('PersistentVolumeClaim/')) : [];
	const keptClaims = claims.filter(name => !lostClaims.includes(`PersistentVolumeClaim/${name}`));
	return {
		returns: [
			revision === null
				? `Nothing of ${release} was deployed before, so all of it is removed: ${list(added)}.`
				: `Back to revision ${revision}${isLast && fromVersion !== null ? `: version ${fromVersion} instead of ${toVersion ?? 'an unknown one'}` : ''}. Objects, images and values of the release become what they were then.`,
			...(revision !== null && isLast && removed.length > 0 ? [`Comes back: ${list(removed)}.`] : []),
			...(revision !== null && isLast && added.length > 0 ? [`Is deleted again, as the upgrade brought it: ${list(added)}.`] : []),
		],
		stays: [
			...(lostClaims.length === 0 ? [] : [`What was written to ${list(lostClaims)} since is lost with it, unless its storage class keeps it.`]),
			...(migrations.length === 0 ? [] : [`The database stays migrated (${migrations.join(', ')}): Helm does not undo that, only the backup does.`]),
			...describeBackups(earlier, migrations.length > 0),
			...(keptClaims.length === 0 ? [] : [`Data on volumes stays as it is now: ${list(keptClaims)}.`]),
			...(definitions.length === 0 || !isLast ? [] : [`Goes back to its earlier schema, which objects written since may not fit: CustomResourceDefinition ${list(definitions)}.`]),
			...(isFirstInstall && crds.length > 0 ? [`CustomResourceDefinitions stay: ${list(crds)}.`] : []),
			'What hooks and Jobs did, and what was sent to other systems, is not undone.',
		],
	};
};

/** Every backup that this run made and verified, with how it is restored. Several lines are not put between two of a roll-back: they are said where they can be copied. */
const describeBackups = (earlier: Readonly<Record<string, Earlier>>, isNeeded: boolean): readonly string[] => {
	const backups = Object.entries(earlier).flatMap(([taskId, {uses, outputs}]) => (uses === 'postgres/backup' && outputs['restoreCommand'] !== undefined ? [{taskId, outputs}] : []));
	if (backups.length === 0) return isNeeded ? ['This run has made no backup that could bring the data back.'] : [];
	return backups.map(({taskId, outputs: {database = 'the database', endedAt, path, restoreCommand = ''}}) => {
		const how = restoreCommand.includes('\n') ? ` paste the command that the results of ${taskId} and the report have.` : ` ${restoreCommand}`;
		return `The backup of ${database}${endedAt === undefined ? '' : ` of ${formatMoment(endedAt)}`} was read whole${path === undefined ? '' : ` (${path})`}. To restore it, which loses what was written since:${how}`;
	});
};

const list = (names: readonly string[]): string => (names.length > 6 ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} more` : names.join(', ') || 'nothing');
