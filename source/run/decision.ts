import type {Event} from '../journal/event.ts';
import type {Gate, Refusal} from './request.ts';

/** What a request leads to: events for the journal, or a refusal (whose events are only its record). */
export type Decision = {readonly events: readonly Event[]; readonly refusal: Refusal | null};

export const accept = (...events: readonly Event[]): Decision => ({events, refusal: null});

/** A refusal of something that would have had an effect is recorded; one of a slip of the keyboard is not. */
export const refuse = (code: string, what: string, todo: string, gates: readonly Gate[] = [], recordFor?: string): Decision => ({
	events: recordFor === undefined ? [] : [{type: 'task.refused', data: {task: recordFor, gates: [what]}}],
	refusal: {code, what, todo, gates},
});

export const refuseGates = (task: string, gates: readonly Gate[]): Decision => ({
	events: [{type: 'task.refused', data: {task, gates: gates.map(gate => `${gate.name}: ${gate.evidence}`)}}],
	refusal: {code: 'gates-closed', what: `${gates.map(gate => `${gate.name}: ${gate.evidence}`).join('; ')}.`, todo: gates[0]?.todo ?? 'Meet them first.', gates},
});

export const isBlank = (text: string | undefined): boolean => text === undefined || text.trim() === '';
