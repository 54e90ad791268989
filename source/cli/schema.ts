import {actions} from '../actions/table.ts';
import {runbookJsonSchema} from '../runbook/json-schema.ts';
import type {Command} from './command.ts';

/** `slipway schema` */
export const schema: Command = {
	usage: 'schema',
	describe:
		'Prints the JSON Schema of a runbook (draft 2020-12), with the settings of every action. Editors use it for completion:\nslipway schema > runbook.schema.json, and as first line of the runbook\n# yaml-language-server: $schema=runbook.schema.json',
	options: {},
	positionals: {least: 0, most: 0},
	run: (_, io) => {
		io.out(schemaText());
		return 0;
	},
};

/** As it is published beside the runbooks that ship. */
export const schemaText = (): string => `${JSON.stringify(runbookJsonSchema(Object.values(actions)), null, '\t')}\n`;
