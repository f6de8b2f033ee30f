{{/* Everything about an entry of `sync` or `bulk`: the defaults, and what it differs in: (dict "root" $ "kind" "sync" "name" "handbook"). */}}
{{- define "forebay.entry" -}}
{{ toYaml (mergeOverwrite (deepCopy (get .root.Values (printf "%sDefaults" .kind))) (deepCopy (get (get .root.Values .kind) .name))) }}
{{- end -}}

{{/* What a client of this release is told: who the gateway is, and where the API key lies. */}}
{{- define "forebay.clientEnvironment" -}}
- {name: FOREBAY_ADDRESS, value: "dns:///{{ include "forebay.name" . }}-gateway:{{ (include "forebay.service" (dict "root" . "name" "gateway") | fromYaml).port }}"}
- {name: FOREBAY_SECRETS, value: /etc/forebay/secrets}
{{- if and .Values.tls.enabled .Values.tls.gateway }}
- {name: FOREBAY_CHANNEL_CA_FILE, value: /etc/forebay/authority/ca.crt}
{{- end }}
{{- end -}}

{{- define "forebay.clientMounts" -}}
- {name: secrets, mountPath: /etc/forebay/secrets, readOnly: true}
{{- if and .Values.tls.enabled .Values.tls.gateway }}
- {name: authority, mountPath: /etc/forebay/authority, readOnly: true}
{{- end }}
{{- end -}}

{{/* (dict "root" $ "secret" "forebay-demo" "key" "key"): the Secret with the API key. */}}
{{- define "forebay.clientVolumes" -}}
{{- if and .root.Values.tls.enabled .root.Values.tls.gateway }}
- name: authority
  secret: {secretName: {{ include "forebay.certificate" (dict "root" .root "service" "gateway") }}, items: [{key: ca.crt, path: ca.crt}]}
{{- end }}
- name: secrets
  secret:
    secretName: {{ .secret }}
    items: [{key: {{ .key }}, path: FOREBAY_API_KEY}]
{{- end -}}

{{/* The Secret with the API key of an entry: (dict "root" $ "kind" "sync" "name" "handbook" "own" entry). */}}
{{- define "forebay.entrySecret" -}}
{{- if .own.key.secret }}{{ .own.key.secret }}
{{- else if .root.Values.configuration.demo }}{{ include "forebay.name" .root }}-demo
{{- else }}{{ fail (printf "%s.%s.key.secret must name a Secret with an API key" .kind .name) }}{{ end -}}
{{- end -}}

{{/* The pod of an entry: as above, and "claim", "containers" (name and arguments; the last one is the work) and "mounts". */}}
{{- define "forebay.entryPod" -}}
{{- $root := .root }}
{{- include "forebay.podCommon" (dict "root" $root "part" (printf "%s-%s" .kind .name) "own" .own) }}
restartPolicy: Never
terminationGracePeriodSeconds: 30
{{- with initial .containers }}
initContainers:
  {{- range . }}
  {{- include "forebay.entryContainer" (merge (dict "container" .) $) | nindent 2 }}
  {{- end }}
{{- end }}
containers:
  {{- include "forebay.entryContainer" (merge (dict "container" (last .containers)) $) | nindent 2 }}
volumes:
  {{- include "forebay.clientVolumes" (dict "root" $root "secret" (include "forebay.entrySecret" .) "key" .own.key.key) | nindent 2 }}
  - name: tmp
    emptyDir: {sizeLimit: {{ .own.scratch }}}
  {{- with .volume }}
  {{- toYaml (list .) | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "forebay.entryContainer" -}}
- name: {{ .container.name }}
  image: {{ include "forebay.image" (dict "root" .root "name" "client") }}
  imagePullPolicy: {{ .root.Values.images.pullPolicy }}
  args: {{ .container.arguments | toJson }}
  env:
    {{- include "forebay.clientEnvironment" .root | nindent 4 }}
    - {name: HOME, value: /tmp}
  {{- with .own.credentials }}
  envFrom:
    - secretRef: {name: {{ . }}}
  {{- end }}
  resources: {{- toYaml .own.resources | nindent 4 }}
  securityContext: {{- include "forebay.containerSecurity" .root | nindent 4 }}
  volumeMounts:
    {{- include "forebay.clientMounts" .root | nindent 4 }}
    - {name: tmp, mountPath: /tmp}
    {{- with .mount }}
    {{- toYaml (list .) | nindent 4 }}
    {{- end }}
{{- end -}}

{{/* Whom the pods of an entry reach: the gateway, and what they read outside, which nobody needs who reads a volume: as above. */}}
{{- define "forebay.entryPolicy" -}}
{{- if .root.Values.networkPolicies.enabled }}
{{- $part := printf "%s-%s" .kind .name }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "forebay.name" .root }}-from-{{ $part }}
  labels: {{- include "forebay.labels" (dict "root" .root "part" "network") | nindent 4 }}
spec:
  podSelector:
    matchLabels: {{- include "forebay.selector" (dict "root" .root "part" $part) | nindent 6 }}
  policyTypes: [Egress]
  egress:
    - ports: [{port: {{ (include "forebay.service" (dict "root" .root "name" "gateway") | fromYaml).port }}}]
      to:
        - podSelector:
            {{- include "forebay.everyTrack" (dict "root" .root "part" "gateway") | nindent 12 }}
    {{- if or (not .claim) .own.outside.to }}
    - ports: [{port: {{ .own.outside.port }}}]
      {{- with .own.outside.to }}
      to: {{- toYaml . | nindent 8 }}
      {{- end }}
    {{- end }}
{{- end }}
{{- end -}}
