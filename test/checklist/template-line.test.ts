import assert from 'node:assert/strict';
import {test} from 'node:test';

import {alignTemplate} from '../../source/checklist/template-line.ts';
import {sarifReport} from '../../source/checklist/reports/sarif.ts';
import {tableLines} from '../../source/checklist/reports/table.ts';
import {check} from './checking.ts';

const template = `{{- if .Values.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec:
      {{- with .Values.init }}
      initContainers:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: web
          image: "{{ .Values.image }}"
          securityContext:
            privileged: true
          env:
            {{- range .Values.env }}
            - name: {{ .name }}
              value: {{ .value }}
            {{- end }}
{{- end }}
`;

const rendered = `---
# Source: web/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  template:
    spec:
      initContainers:
        - image: a/b:1
          name: init
      containers:
        - name: web
          image: "ghcr.io/acme/web:1"
          securityContext:
            privileged: true
          env:
            - name: A
              value: x
            - name: B
              value: y
`;

const lineOf = (words: string): number => template.split('\n').findIndex(line => line.includes(words)) + 1;
const mapped = (words: string): number | null => alignTemplate(template, rendered)(rendered.split('\n').findIndex(line => line.includes(words)) + 1);

test('a rendered line is found in its template, past conditions and computed values', () => {
	assert.equal(mapped('kind: Deployment'), lineOf('kind: Deployment'));
	assert.equal(mapped('replicas: 2'), lineOf('replicas:'));
	assert.equal(mapped('image: "ghcr.io'), lineOf('image: "{{'));
	assert.equal(mapped('privileged: true'), lineOf('privileged: true'));
	assert.equal(mapped('- name: A'), lineOf('- name: {{ .name }}'));
});

test('what a template only includes is told by the level above it', () => {
	assert.equal(mapped('- image: a/b:1'), lineOf('initContainers:'));
	assert.equal(mapped('name: init'), lineOf('initContainers:'));
	assert.equal(mapped('- name: B'), lineOf('env:'));
});

test('a template that shows nothing of it gives no line', () => assert.equal(alignTemplate('{{- include "common.deployment" . -}}\n', rendered)(5), null));

test('reports point at the line of the template', () => {
	const result = check('', {sources: [{name: 'helm template web', text: rendered, templates: new Map([['web/templates/deployment.yaml', template]])}], only: new Set(['no-privileged'])});
	assert.match(tableLines(result, {columns: 200, isComplete: false, withFixes: false, paint: (_, text) => text}).join('\n'), new RegExp(`web/templates/deployment\\.yaml:${lineOf('privileged: true')}: web is privileged`));
	assert.match(sarifReport(result, {version: '1', isComplete: false}, name => name), new RegExp(`"startLine": ${lineOf('privileged: true')}`));
});
