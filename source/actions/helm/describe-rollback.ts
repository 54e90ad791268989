import type {PreviewOutcome} from './preview-report.ts';

/** What a roll-back gives back, and what it does not, in sentences. */
export type RollbackFacts = {readonly revision: number | null; readonly returns: readonly string[]; readonly stays: readonly string[]};

/** From what the preview found. `revision`: another one than the last that was deployed before. */
export const describeRollback = ({goodRevision, fromVersion, toVersion, migrations, crds, claims, isFirstInstall}: PreviewOutcome, revision: number | null = goodRevision): RollbackFacts => ({
	revision,
	returns: revision === null ? [] : [`Back to revision ${revision}${revision === goodRevision && fromVersion !== null ? `: version ${fromVersion} instead of ${toVersion ?? 'an unknown one'}` : ''}. Objects, images and values of the release become what they were then.`],
	stays: [
		...(migrations.length === 0 ? [] : [`The database stays migrated (${migrations.join(', ')}): Helm does not undo that, only the backup does.`]),
		...(claims.length === 0 ? [] : [`Data on volumes stays as it is now: ${claims.join(', ')}.`]),
		...(isFirstInstall && crds.length > 0 ? [`CustomResourceDefinitions stay: ${crds.join(', ')}.`] : []),
		'What hooks and Jobs did, and what was sent to other systems, is not undone.',
	],
});
