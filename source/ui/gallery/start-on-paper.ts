import type {Start} from '../screens/start/start.ts';

/** The form before a release, as the runbook for DIGIT asks it. */
export const usualStart: Start = {
	name: 'Release a service',
	file: '/books/digit.runbook.yaml',
	about: '6 steps, 23 tasks',
	who: 'op-a@ops1',
	questions: [
		{
			id: 'target',
			label: 'Target',
			hint: '',
			isRequired: true,
			value: '',
			kind: 'choice',
			options: [
				{value: 'uat', hint: 'context uat · namespace egov · database postgresql://release@db.uat/egov_db', isDangerous: false},
				{value: 'production', hint: 'context prod · namespace egov · database from PROD_DATABASE_URL · protected: its name is typed before anything changes there', isDangerous: true},
			],
		},
		{id: 'input:version', label: 'version', hint: 'Image tag to deploy', isRequired: true, value: '', kind: 'text'},
		{id: 'input:token', label: 'token', hint: 'Of the account that runs the live tests', isRequired: false, value: '', kind: 'secret'},
	],
	check: answers => (answers['input:version'] === 'latest' ? 'The input version can\'t be "latest". It has to be a tag that names one image.' : null),
};
