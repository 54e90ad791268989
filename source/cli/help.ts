import type {Command} from './command.ts';

/** `slipway --help` */
export const helpForAll = (commands: Readonly<Record<string, {readonly describe: string}>>): string => {
	const width = Math.max(...Object.keys(commands).map(name => name.length));
	const rows = Object.entries(commands).map(([name, {describe}]) => `  ${name.padEnd(width)}   ${describe}`);
	return `slipway: an interactive release runbook

  slipway                       what is unfinished, what can be started, what was done
  slipway COMMAND [OPTIONS]     one of these:

${rows.join('\n')}

  slipway COMMAND --help        what a command takes
  slipway --version

Exit status: 0 done, 1 failed, 2 could not start, 130 interrupted.
`;
};

/** `slipway COMMAND --help` */
export const helpFor = (command: Command): string => {
	const rows = Object.entries(command.options).map(([name, {short, value, describe}]) => [
		`${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
		describe,
	]);
	const all = [...rows, ['-h, --help', 'Show this help']];
	const width = Math.max(...all.map(([left = '']) => left.length));
	return `slipway ${command.usage}\n\n${command.describe}\n\n${all.map(([left = '', right = '']) => `  ${left.padEnd(width)}   ${right}`).join('\n')}\n`;
};
