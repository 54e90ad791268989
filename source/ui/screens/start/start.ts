/** What is asked before a run begins: where, and with which inputs. Plain values. */
export type Start = {
	/** Name of the runbook. */
	readonly name: string;
	/** `digit.runbook.yaml` */
	readonly file: string;
	/** `6 steps, 23 tasks` */
	readonly about: string;
	readonly who: string;
	readonly questions: readonly Question[];
	/** Why these answers don't do, in one sentence; null when a run may begin with them. */
	readonly check: (answers: Answers) => string | null;
};

export type Question = {
	/** `target`, or `input:version` */
	readonly id: string;
	readonly label: string;
	/** What it is, for who answers. For a choice: of each option. */
	readonly hint: string;
	readonly isRequired: boolean;
	/** What stands there at first. */
	readonly value: string;
} & ({readonly kind: 'text' | 'secret'} | {readonly kind: 'choice'; readonly options: readonly Option[]});

export type Option = {readonly value: string; readonly hint: string; readonly isDangerous: boolean};

/** By question; an empty text is no answer. */
export type Answers = Readonly<Record<string, string>>;
