import {textAt} from '../../checklist/values.ts';
import {badRequest} from './api-error.ts';
import type {KubeObject} from './kube-object.ts';

export type Matcher = (object: KubeObject) => boolean;

/** `app=user,tier in (web, api),!legacy` as in `labelSelector=`. */
export const matchLabels = (selector: string): Matcher => {
	const tests = splitTerms(selector).map(labelTest);
	return ({metadata: {labels = {}}}) => tests.every(test => test(labels));
};

type Labels = Readonly<Record<string, string>>;

const labelTest = (term: string): ((labels: Labels) => boolean) => {
	const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
	if (set !== null) {
		const [, key = '', word, list = ''] = set;
		const values = list.split(',').map(value => value.trim());
		return labels => values.includes(labels[key] ?? '') && Object.hasOwn(labels, key) ? word === 'in' : word === 'notin';
	}

	const [, left = '', operator, right = ''] = /^([^=!\s]+)\s*(!=|==|=)\s*(.*)$/.exec(term) ?? [];
	if (operator === '!=') return labels => labels[left] !== right;
	if (operator !== undefined) return labels => labels[left] === right;
	if (term.startsWith('!')) return labels => !Object.hasOwn(labels, term.slice(1));
	if (/^[\w./-]+$/.test(term)) return labels => Object.hasOwn(labels, term);
	throw badRequest(`unable to parse requirement: ${term}`);
};

/** The commas inside `in (a, b)` do not separate. */
const splitTerms = (selector: string): readonly string[] => selector.split(/,(?![^(]*\))/).map(term => term.trim()).filter(term => term !== '');

/** `metadata.name=user,status.phase!=Running` as in `fieldSelector=`: any path of the object. */
export const matchFields = (selector: string): Matcher => {
	const tests = splitTerms(selector).map(term => {
		const [, path = '', operator, value = ''] = /^([^=!]+)(!=|==|=)(.*)$/.exec(term) ?? [];
		if (operator === undefined) throw badRequest(`invalid field selector: ${term}`);
		return (object: KubeObject): boolean => ((textAt(object, ...path.split('.')) ?? '') === value) === (operator !== '!=');
	});
	return object => tests.every(test => test(object));
};

/** `{matchLabels: {…}, matchExpressions: […]}` as in the spec of a workload. */
export const matchSelector = (selector: unknown): ((labels: Labels) => boolean) => {
	const {matchLabels: wanted = {}, matchExpressions = []} = (selector ?? {}) as {readonly matchLabels?: Labels; readonly matchExpressions?: readonly Expression[]};
	return labels => Object.entries(wanted).every(([key, value]) => labels[key] === value) && matchExpressions.every(({key, operator, values = []}) => expressionTests[operator]?.(labels[key], values) ?? false);
};

type Expression = {readonly key: string; readonly operator: string; readonly values?: readonly string[]};

const expressionTests: Readonly<Record<string, (value: string | undefined, values: readonly string[]) => boolean>> = {
	In: (value, values) => value !== undefined && values.includes(value),
	NotIn: (value, values) => value === undefined || !values.includes(value),
	Exists: value => value !== undefined,
	DoesNotExist: value => value === undefined,
};
