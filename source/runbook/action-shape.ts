import type {z} from 'zod';

/** What a runbook needs to know of an action: its name, the shape of its `with`, and the names of what it gives. `Action` in `source/actions/` fits. */
export type ActionShape = {
	readonly uses: string;
	readonly describe?: string;
	readonly schema: z.ZodType;
	readonly effect?: 'reads' | 'local' | 'changes';
	/** What later tasks may take from it, each name with what it is. */
	readonly outputs: Readonly<Record<string, string>>;
	/** Keys of `with` that name an earlier task, with the actions that task may use: `{preview: ['helm/preview']}`. */
	readonly refersTo?: Readonly<Record<string, readonly string[]>>;
	readonly rollback?: (input: never, taskId: string) => {readonly uses: string; readonly name: string; readonly with: Readonly<Record<string, unknown>>};
};
