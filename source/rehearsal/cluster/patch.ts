import {isMapping} from '../../checklist/values.ts';
import {ApiError} from './api-error.ts';
import {isSame} from './store.ts';
import {strategicMerge} from './strategic-merge.ts';

/** The patch kinds by content type; each gives the patched value. Server-side apply is not a patch but a merge of intents (`apply.ts`). */
export const patchKinds: Readonly<Record<string, (value: unknown, patch: unknown) => unknown>> = {
	'application/json-patch+json': (value, patch) => (patch as readonly Operation[]).reduce(operate, value),
	'application/merge-patch+json': (value, patch) => mergePatch(value, patch),
	'application/strategic-merge-patch+json': (value, patch) => strategicMerge(value, patch),
};

/** RFC 7396: null removes, mappings merge, everything else replaces. */
const mergePatch = (value: unknown, patch: unknown): unknown => {
	if (!isMapping(patch)) return patch;
	const merged: Record<string, unknown> = {...(isMapping(value) ? value : {})};
	for (const [key, change] of Object.entries(patch)) {
		if (change === null) delete merged[key];
		else merged[key] = mergePatch(merged[key], change);
	}

	return merged;
};

type Operation = {readonly op: string; readonly path: string; readonly from?: string; readonly value?: unknown};

/** RFC 6902. */
const operate = (document: unknown, {op, path, from = '', value}: Operation): unknown => {
	switch (op) {
		case 'add':
			return change(document, stepsOf(path), {kind: 'add', value});
		case 'replace':
			return change(document, stepsOf(path), {kind: 'replace', value});
		case 'remove':
			return change(document, stepsOf(path), {kind: 'remove'});
		case 'copy':
			return change(document, stepsOf(path), {kind: 'add', value: valueAt(document, stepsOf(from))});
		case 'move':
			return change(change(document, stepsOf(from), {kind: 'remove'}), stepsOf(path), {kind: 'add', value: valueAt(document, stepsOf(from))});
		case 'test':
			if (!isSame(valueAt(document, stepsOf(path)), value)) throw unpatchable(`testing path ${path} failed`);
			return document;
		default:
			throw unpatchable(`unexpected operation ${op}`);
	}
};

const stepsOf = (pointer: string): readonly string[] => pointer.split('/').slice(1).map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'));

const valueAt = (document: unknown, steps: readonly string[]): unknown => steps.reduce<unknown>((value, step) => (value as Readonly<Record<string, unknown>> | undefined)?.[step], document);

type Edit = {readonly kind: 'add' | 'replace'; readonly value: unknown} | {readonly kind: 'remove'};

const change = (document: unknown, [step, ...deeper]: readonly string[], edit: Edit): unknown => {
	if (step === undefined) return edit.kind === 'remove' ? null : edit.value;
	if (Array.isArray(document)) {
		const index = step === '-' ? document.length : Number(step);
		if (!Number.isInteger(index) || index > document.length || (index === document.length && (deeper.length > 0 || edit.kind !== 'add'))) throw unpatchable(`there is no item ${step}`);
		if (deeper.length > 0) return document.with(index, change(document[index], deeper, edit));
		return edit.kind === 'remove' ? document.toSpliced(index, 1) : document.toSpliced(index, edit.kind === 'add' ? 0 : 1, edit.value);
	}

	if (!isMapping(document) || ((deeper.length > 0 || edit.kind !== 'add') && !Object.hasOwn(document, step))) throw unpatchable(`there is nothing at ${step}`);
	if (deeper.length > 0) return {...document, [step]: change(document[step], deeper, edit)};
	if (edit.kind !== 'remove') return {...document, [step]: edit.value};
	const {[step]: removed, ...rest} = document;
	return rest;
};

const unpatchable = (why: string): ApiError => new ApiError(422, 'Invalid', `the server rejected our request due to an error in our request: ${why}`);
