import type {SentObject} from './kube-object.ts';

export const nodeName = 'rehearsal';

/** The only node: it is always ready and has room for everything. */
export const nodeObject = (at: string): SentObject => ({
	apiVersion: 'v1',
	kind: 'Node',
	metadata: {name: nodeName, labels: {'kubernetes.io/hostname': nodeName, 'kubernetes.io/os': 'linux'}},
	spec: {},
	status: {
		capacity: {cpu: '32', memory: '256Gi', pods: '1000'},
		allocatable: {cpu: '32', memory: '256Gi', pods: '1000'},
		conditions: [{type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'no kubelet runs here', lastHeartbeatTime: at, lastTransitionTime: at}],
		addresses: [{type: 'InternalIP', address: '127.0.0.1'}, {type: 'Hostname', address: nodeName}],
		nodeInfo: {kubeletVersion: 'v1.35.4', operatingSystem: 'linux', architecture: 'amd64', osImage: '', kernelVersion: '', containerRuntimeVersion: '', machineID: '', systemUUID: '', bootID: '', kubeProxyVersion: ''},
	},
});
