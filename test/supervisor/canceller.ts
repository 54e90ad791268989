/**
Cancels an attempt as another user, in a process of its own as it can't come back from being one; prints the problem.

	node canceller.ts KIND FOLDER UID
*/
import {createNodeSupervisor, createShellSupervisor} from '../../source/supervisor/create-supervisor.ts';
import {Problem} from '../../source/errors.ts';

const [kind, folder, uid] = process.argv.slice(2);
const supervisor = kind === 'shell' ? createShellSupervisor() : createNodeSupervisor();
process.setuid!(Number(uid));
try {
	supervisor.cancel(folder!, 'TERM');
} catch (error) {
	console.log(JSON.stringify(error instanceof Problem ? {code: error.code, todo: error.todo} : String(error)));
}
