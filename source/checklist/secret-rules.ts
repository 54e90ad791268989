import type {Seen} from './item.ts';
import {aboutContainer, aboutObject, aboutPod} from './seen.ts';
import {at, entriesAt, listAt, textAt, textOf} from './values.ts';
import {imageTag, type Workload} from './workload.ts';
import type {World} from './world.ts';

/** Names that mean a credential, and endings that mean something about one. */
const secretName = /(pass(word|wd|phrase)|secret|token|api[-_.]?key|private[-_.]?key|access[-_.]?key|credential|client[-_.]?secret)/i;
const harmlessName = /(^|[-_.])(name|names|file|path|dir|url|uri|urls|endpoint|host|port|ttl|expiry|expiration|expires|expires[-_]?in|validity|lifetime|duration|seconds|minutes|length|size|min|max|enabled|disabled|enable|required|type|policy|header|issuer|audience|algorithm|alg|count|limit|timeout|period|interval|location|ref|version|attempts|mode|regex|pattern|param|field|provider|format|prefix|suffix|strategy|namespace|class|store)$|^(enable|disable|min|max|use|is|has|require)[-_.]|_?key[-_.]?id$/i;

/** Whether a value under such a name is a credential, and not a reference to one, a switch or a number of seconds. */
const isLiteral = (value: string): boolean =>
	value.trim() !== '' &&
	!/^\s*(true|false|yes|no|on|off|null|none|\d{1,4}|\d+(ms|s|m|h|d))\s*$/i.test(value) &&
	!/^\s*\$[({]?\w/.test(value) &&
	!/\$\(\w+\)|\$\{[^}]+\}|\{\{.*\}\}|^<[^>]*>$/.test(value) &&
	!/^(vault|ref\+\w+|arn|sm|gcpsm|awssm|secretsmanager|azkv|op|bao|file):/i.test(value) &&
	!/^\/[\w./-]+$/.test(value);

/** A number is a time or a count, but under the name of a password it is a weak password. */
export const isCredential = (name: string, value: string): boolean => secretName.test(name) && !harmlessName.test(name) && (isLiteral(value) || (/pass/i.test(name) && /^\d+$/.test(value)));

/** `postgres://user:password@host`, but not `postgres://user:$(PASSWORD)@host`. */
export const passwordInUrl = /:\/\/[^\s:/@$]*:[^\s/@$<{]+@/;

const privateKey = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/;

const environments = /(^|[-_.])(prod|production|preprod|staging|stage|uat|qa|sit)($|[-_.])/i;

export function* externalConfiguration(world: World): Iterable<Seen> {
	for (const workload of world.workloads) {
		let failed = false;
		for (const container of workload.containers) {
			for (const [index, variable] of listAt(container.value, 'env').entries()) {
				const name = textAt(variable, 'name') ?? '';
				const value = textAt(variable, 'value');
				if (value === undefined || !(isCredential(name, value) || passwordInUrl.test(value) || privateKey.test(value))) continue;
				failed = true;
				yield aboutContainer(workload, container, 'literal-credential', `${container.name}: ${name} has its value written in the manifest (masked here).`, ['env', index], name);
			}

			const environment = environments.exec(imageTag(container.image) ?? '')?.[2];
			if (environment === undefined) continue;
			failed = true;
			yield aboutContainer(workload, container, 'environment-in-tag', `${container.name}: the image tag names an environment (${environment}), so its configuration may be inside.`, ['image']);
		}

		if (failed) continue;
		if (usesConfiguration(workload)) yield aboutPod(workload, 'pass', 'takes configuration from outside');
		else yield aboutPod(workload, 'ask', 'Does all its configuration come from outside? It takes none from a ConfigMap or a Secret.');
	}

	for (const object of world.objects) {
		if (object.kind !== 'ConfigMap') continue;
		for (const [key, value] of entriesAt(object.value, 'data')) {
			const text = (textOf(value) ?? '').trim();
			if (privateKey.test(text) || (!text.includes('\n') && (isCredential(key, text) || passwordInUrl.test(text)))) yield aboutObject(object, 'literal-credential', `${key} has a credential for its value (masked here); a Secret is wanted.`, ['data', key], key);
			else {
				const line = text.includes('\n') || /[=:]/.test(text) ? credentialLine(text) : null;
				if (line !== null) yield aboutObject(object, 'credential-in-file', `${key}: line ${line.number} sets ${line.name} (masked here).`, ['data', key], `${key}:${line.name}`);
			}
		}
	}
}

/** The first line of a properties or YAML file that sets a credential. */
const credentialLine = (text: string): {readonly number: number; readonly name: string} | null => {
	const lines = text.split('\n');
	for (const [index, line] of lines.entries()) {
		const match = /^\s*["']?([\w.-]{1,80})["']?\s*[=:]\s*["']?([^\s"'#,;]+)/.exec(line);
		const [, name = '', value = ''] = match ?? [];
		if (/^\s*(#|\/\/)/.test(line)) continue;
		if (match !== null && (isCredential(name, value) || passwordInUrl.test(line))) return {number: index + 1, name};
		const pair = [...line.matchAll(jsonPair)].find(([, key = '', text = '']) => isCredential(key, text));
		if (pair !== undefined) return {number: index + 1, name: pair[1] ?? ''};
	}

	return null;
};

/** `"password": "hunter2"`, of which a line of JSON may have many. */
const jsonPair = /"([\w.-]{1,80})"\s*:\s*"([^"]*)"/g;

const usesConfiguration = (workload: Workload): boolean =>
	listAt(workload.spec, 'volumes').some(volume => at(volume, 'configMap') !== undefined || at(volume, 'projected') !== undefined || at(volume, 'secret') !== undefined) ||
	workload.containers.some(({value}) => listAt(value, 'envFrom').length > 0 || listAt(value, 'env').some(variable => at(variable, 'valueFrom', 'configMapKeyRef') !== undefined || at(variable, 'valueFrom', 'secretKeyRef') !== undefined));

export function* secretsAsVolumes(world: World): Iterable<Seen> {
	for (const workload of world.workloads) {
		let failed = false;
		for (const container of workload.containers) {
			const names = listAt(container.value, 'env').flatMap((variable, index) => (isGiven(at(variable, 'valueFrom', 'secretKeyRef')) ? [{name: textAt(variable, 'name') ?? '', index}] : []));
			const whole = listAt(container.value, 'envFrom').findIndex(source => isGiven(at(source, 'secretRef')));
			if (names.length > 0) yield aboutContainer(workload, container, 'secret-in-env', `${container.name} gets ${names.map(({name}) => name).join(', ')} from ${names.length === 1 ? 'a Secret' : 'Secrets'} by environment.`, ['env', names[0]?.index ?? 0]);
			if (whole !== -1) yield aboutContainer(workload, container, 'secret-in-env-from', `${container.name} gets all of Secret ${textAt(container.value, 'envFrom', whole, 'secretRef', 'name') ?? ''} by environment.`, ['envFrom', whole]);
			failed ||= names.length > 0 || whole !== -1;
		}

		if (failed) continue;
		const mounts = listAt(workload.spec, 'volumes').some(volume => isGiven(at(volume, 'secret')) || isGiven(at(volume, 'csi')) || listAt(volume, 'projected', 'sources').some(source => isGiven(at(source, 'secret'))));
		if (mounts) yield aboutPod(workload, 'pass', 'mounts its Secrets as volumes', ['volumes']);
		else yield aboutPod(workload, 'na', 'It uses no Secret.');
	}
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
