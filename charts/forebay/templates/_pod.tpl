{{/* What every pod of ours has in common: (dict "root" $ "part" "gateway" "own" settings). */}}
{{- define "forebay.podCommon" -}}
{{- $follows := and (eq .part "control") .root.Values.clusterRoutes.enabled }}
serviceAccountName: {{ include "forebay.name" .root }}{{ if $follows }}-control{{ end }}
automountServiceAccountToken: {{ $follows }}
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .root.Values.images.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .own.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .own.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .own.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - topologyKey: {{ . }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "forebay.selector" $ | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end -}}

{{- define "forebay.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{/* Copies of the weights' image what is asked for into the volume `models`: (dict "root" $ "arguments" list). */}}
{{- define "forebay.weights" -}}
- name: weights
  image: {{ include "forebay.image" (dict "root" .root "name" "weights") }}
  imagePullPolicy: {{ .root.Values.images.pullPolicy }}
  args: {{ .arguments | toJson }}
  resources: {requests: {cpu: 50m, memory: 64Mi}, limits: {memory: 256Mi}}
  securityContext: {{- include "forebay.containerSecurity" .root | nindent 4 }}
  volumeMounts:
    - {name: models, mountPath: /models}
{{- end -}}
