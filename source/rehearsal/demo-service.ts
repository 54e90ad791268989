import {createServer, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';

/** `http://127.0.0.1:PORT`, without a slash at its end. */
export type DemoService = {readonly url: string; readonly close: () => Promise<void>};

/**
Stands for the service that is deployed: answers for the image that is ready in the cluster at that moment, on a free port of this machine.

	GET /healthz         200 {"status":"UP"}; 503 while no image is ready
	GET /version         200 {"version":"1.5.0"}
	GET /employee/login  200, a page; 500 from an image whose tag ends with -smoke
*/
export const startDemoService = async (readyImage: () => string | null): Promise<DemoService> => {
	const server = createServer((request, response) => {
		const image = readyImage();
		const page = pages[new URL(request.url ?? '/', 'http://demo').pathname];
		if (image === null) send(response, 503, 'application/json', '{"status":"DOWN"}');
		else if (page === undefined) send(response, 404, 'application/json', '{"error":"not found"}');
		else page(response, tagOf(image));
	});
	await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		close: async () => {
			server.close();
			server.closeAllConnections();
		},
	};
};

const pages: Readonly<Record<string, (response: ServerResponse, tag: string) => void>> = {
	'/healthz': response => send(response, 200, 'application/json', '{"status":"UP"}'),
	'/version': (response, tag) => send(response, 200, 'application/json', JSON.stringify({version: tag})),
	'/employee/login': (response, tag) =>
		tag.endsWith('-smoke')
			? send(response, 500, 'application/json', '{"error":"relation \\"session\\" does not exist"}')
			: send(response, 200, 'text/html; charset=utf-8', '<!doctype html><title>Employee login</title><h1>Employee login</h1><form method="post"><input name="username"><input name="password" type="password"></form>'),
};

/** `registry.example:5000/demo:1.5.0` → `1.5.0` */
const tagOf = (image: string): string => /:([^:/@]+)(?:@.*)?$/.exec(image)?.[1] ?? 'unknown';

const send = (response: ServerResponse, status: number, type: string, body: string): void => {
	response.writeHead(status, {'content-type': type, 'cache-control': 'no-store', 'content-length': Buffer.byteLength(body)}).end(body);
};
