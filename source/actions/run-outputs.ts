import type {Finding} from '../journal/event.ts';

/** Together they must fit into one line of the journal. */
const largestBytes = 16 * 1024;

/**
What a command wrote into the file named by `$SLIPWAY_OUTPUT`, by name; the last value of a name counts. The format is that of GitHub's
`$GITHUB_OUTPUT`:

	version=2.9.2
	notes<<END
	several
	lines
	END

A line that is neither is left out and told as a finding, as is everything when it is too much.
*/
export const readOutputs = (text: string): {readonly outputs: Readonly<Record<string, string>>; readonly findings: readonly Finding[]} => {
	if (Buffer.byteLength(text) > largestBytes) return {outputs: {}, findings: [warning(`The outputs are larger than ${largestBytes / 1024} KiB and were left out.`)]};
	const outputs = new Map<string, string>();
	const findings: Finding[] = [];
	const lines = text.split(/\r?\n/);
	for (let index = 0; index < lines.length; index++) {
		const line = lines[index] ?? '';
		if (line === '') continue;
		const block = /^([A-Za-z_][\w-]*)<<(\S+)$/.exec(line);
		const single = /^([A-Za-z_][\w-]*)=(.*)$/.exec(line);
		if (block?.[1] !== undefined) {
			const end = lines.indexOf(block[2] ?? '', index + 1);
			if (end === -1) {
				findings.push(warning(`The output ${block[1]} has no end: ${block[2]} is missing.`));
				break;
			}

			outputs.set(block[1], lines.slice(index + 1, end).join('\n'));
			index = end;
		} else if (single?.[1] !== undefined) {
			outputs.set(single[1], single[2] ?? '');
		} else {
			findings.push(warning(`Line ${index + 1} of the outputs is not NAME=VALUE and was left out.`));
		}
	}

	return {outputs: Object.fromEntries(outputs), findings};
};

const warning = (what: string): Finding => ({level: 'warning', what});
