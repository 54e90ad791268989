import assert from 'node:assert/strict';
import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import type {TestContext} from 'node:test';

/** Another process that holds locks as it is told, see `lock-holder.ts`. `uid`: of another user, when we are root. */
export class Holder {
	readonly child: ChildProcess;
	readonly #answers: AsyncIterator<string>;

	constructor(context: TestContext, uid: number | undefined) {
		this.child = spawn(process.execPath, [join(import.meta.dirname, 'lock-holder.ts')], {stdio: ['pipe', 'pipe', 'inherit'], uid, gid: uid});
		this.#answers = createInterface({input: this.child.stdout!})[Symbol.asyncIterator]();
		context.after(() => void this.child.kill('SIGKILL'));
	}

	get pid(): number {
		return this.child.pid!;
	}

	async answer(): Promise<string> {
		const {value} = await this.#answers.next();
		return String(value);
	}

	async tell(line: string): Promise<string> {
		this.child.stdin!.write(`${line}\n`);
		return this.answer();
	}

	async dies(): Promise<void> {
		this.child.kill('SIGKILL');
		await once(this.child, 'exit');
	}
}

export const aHolder = async (context: TestContext, uid?: number): Promise<Holder> => {
	const holder = new Holder(context, uid);
	assert.equal(await holder.answer(), 'ready');
	return holder;
};
