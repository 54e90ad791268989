import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {test} from 'node:test';

import {checklistReference} from '../../source/checklist/reference.ts';

test('docs/checklist.md is what the table gives', () => {
	assert.equal(readFileSync(resolve(import.meta.dirname, '../../docs/checklist.md'), 'utf8'), checklistReference(), 'make it again: node --import tsx scripts/checklist-docs.ts');
});

test('the reference credits its sources', () => {
	assert.match(checklistReference(), /eGov Foundation \(CC BY 4\.0\)/);
	assert.match(checklistReference(), /Learnk8s[\s\S]*\(MIT\)/);
});
