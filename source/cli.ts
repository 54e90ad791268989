#!/usr/bin/env node
import {enableCompileCache} from 'node:module';
import process from 'node:process';

import {nearest, parseArguments} from './cli/arguments.ts';
import type {Command, Io} from './cli/command.ts';
import {helpFor, helpForAll} from './cli/help.ts';
import {refuseOldNode} from './cli/refuse-old-node.ts';
import {Problem} from './errors.ts';
import {version} from './cli/version.ts';

/** Loaded when asked for, so that `--version` doesn't wait for a terminal interface. */
const commands: Readonly<Record<string, {readonly describe: string; readonly load: () => Promise<Command>}>> = {
	run: {describe: 'Run a guided deploy', load: async () => (await import('./cli/run.ts')).run},
	resume: {describe: 'Go on with an interrupted run', load: async () => (await import('./cli/resume.ts')).resume},
	approve: {describe: 'Give or hand in the approval of a second person', load: async () => (await import('./cli/approve.ts')).approve},
	watch: {describe: 'Follow a run, read-only', load: async () => (await import('./cli/watch.ts')).watch},
	runs: {describe: 'List past and unfinished runs', load: async () => (await import('./cli/runs.ts')).runs},
	show: {describe: 'Look at a run, read-only', load: async () => (await import('./cli/watch.ts')).show},
	report: {describe: 'Write the report of a run', load: async () => (await import('./cli/report.ts')).report},
	export: {describe: 'Write the record of a run into one archive', load: async () => (await import('./cli/export.ts')).exportCommand},
	import: {describe: 'Take a run out of such an archive', load: async () => (await import('./cli/import.ts')).importCommand},
	logs: {describe: 'Print the output of a task', load: async () => (await import('./cli/logs.ts')).logs},
	verify: {describe: 'Check that a record was not changed', load: async () => (await import('./cli/verify.ts')).verify},
	plan: {describe: 'Print what a run would do; change nothing', load: async () => (await import('./cli/plan.ts')).plan},
	validate: {describe: 'Check a runbook', load: async () => (await import('./cli/validate.ts')).validate},
	schema: {describe: 'Print the JSON Schema of a runbook', load: async () => (await import('./cli/schema.ts')).schema},
	init: {describe: 'Write a runbook to begin with', load: async () => (await import('./cli/init.ts')).init},
	check: {describe: 'The Kubernetes deployment checklist, on its own', load: async () => (await import('./cli/check.ts')).check},
	notify: {describe: 'Set how you are told when something ends or fails', load: async () => (await import('./cli/notify.ts')).notify},
	doctor: {describe: 'Say what is missing on this machine, and how to get it', load: async () => (await import('./cli/doctor.ts')).doctor},
	rehearse: {describe: 'Rehearse a whole release in a sandbox', load: async () => (await import('./cli/rehearse.ts')).rehearse},
};

const main = async (argv: readonly string[], io: Io): Promise<number> => {
	const [name, ...rest] = argv;
	const [isHelp, isVersion] = [['--help', '-h', 'help'], ['--version', '-v', 'version']].map(names => names.includes(name ?? ''));
	if (isHelp !== true && isVersion !== true) {
		refuseOldNode();
		// What a command loads is compiled once, and then read from a cache; help and version load nothing.
		enableCompileCache();
	}

	if (name === undefined && io.isTerminal) return (await import('./cli/home.ts')).home(io);
	if (name === undefined || isHelp === true) {
		io.out(helpForAll(commands));
		return name === undefined ? 2 : 0;
	}

	if (isVersion === true) {
		io.out(`slipway ${version}\n`);
		return 0;
	}

	const entry = commands[name];
	if (entry === undefined) {
		const near = nearest(name, Object.keys(commands));
		throw new Problem({code: 'usage', what: `${name} is not a command of slipway.`, why: 'Nothing was run.', todo: near === null ? 'See `slipway --help`.' : `Did you mean \`slipway ${near}\`?`});
	}

	const command = await entry.load();
	const args = parseArguments(name, rest, command.options, command.positionals);
	if (args.values['help'] === true) {
		io.out(helpFor(command));
		return 0;
	}

	return command.run(args, io);
};

const io: Io = {
	out: text => void process.stdout.write(text),
	err: text => void process.stderr.write(text),
	env: process.env,
	cwd: process.cwd(),
	isTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
	columns: process.stdout.columns ?? 80,
};

// A reader that has seen enough (`slipway runs | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code === 'EPIPE') process.exit(0);
	throw error;
});

try {
	process.exitCode = await main(process.argv.slice(2), io);
} catch (error) {
	const problem = error instanceof Problem ? error : (await import('./stores/run-folder.ts')).stateProblem(error, io.env);
	if (problem === null) throw error;
	io.err(`slipway: ${problem.what}\n  ${problem.why}\n  ${problem.todo}\n`);
	process.exitCode = 2;
}
