import {createFileJournal} from '../../source/stores/file-journal.ts';
import {createMemoryJournal} from '../../source/stores/memory-journal.ts';
import {by, runId, temporaryFolder} from './a-run.ts';
import {genesis, testJournal} from './journal-contract.ts';

testJournal('in memory', () => createMemoryJournal({runId, genesis, by}));
testJournal('in a file', context => createFileJournal({folder: temporaryFolder(context), runId, genesis, by}));
