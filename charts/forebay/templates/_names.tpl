{{- define "forebay.name" -}}
{{- if contains "forebay" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-forebay" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end -}}
{{- end -}}

{{/* Labels that never change: (dict "root" $ "part" "gateway"). */}}
{{- define "forebay.selector" -}}
app.kubernetes.io/name: forebay
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end -}}

{{- define "forebay.labels" -}}
{{ include "forebay.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{/* Selects the pods of a part, those of its tracks included: as above. */}}
{{- define "forebay.everyTrack" -}}
{{- $tracks := get .root.Values.tracks .part | default dict -}}
{{- if $tracks -}}
{{- $parts := list .part }}{{ range $track := keys $tracks | sortAlpha }}{{ $parts = append $parts (printf "%s-%s" $.part $track) }}{{ end -}}
matchLabels: {app.kubernetes.io/name: forebay, app.kubernetes.io/instance: {{ .root.Release.Name }}}
matchExpressions: [{key: app.kubernetes.io/component, operator: In, values: {{ $parts | toJson }}}]
{{- else -}}
matchLabels: {{- include "forebay.selector" . | nindent 2 }}
{{- end -}}
{{- end -}}

{{/* One of our images: (dict "root" $ "name" "gateway"), and "tag" for another than the release's. */}}
{{- define "forebay.image" -}}
{{ .root.Values.images.registry }}/{{ .name }}:{{ .tag | default (get .root.Values.images.tags .name) | default .root.Values.images.tag | default .root.Chart.AppVersion }}
{{- end -}}

{{/* What the chart knows of the code. */}}
{{- define "forebay.wiring" -}}
{{ .Files.Get "files/wiring.yaml" }}
{{- end -}}

{{/* Everything about a service: the defaults, and what it differs in: (dict "root" $ "name" "gateway"). */}}
{{- define "forebay.service" -}}
{{ toYaml (mergeOverwrite (deepCopy .root.Values.defaults) (deepCopy (get .root.Values.services .name | default dict))) }}
{{- end -}}

{{- define "forebay.pool" -}}
{{ toYaml (mergeOverwrite (deepCopy .root.Values.triton.poolDefaults) (deepCopy (get .root.Values.triton.pools .name))) }}
{{- end -}}

{{- define "forebay.configurationSecret" -}}
{{ .Values.configuration.existingSecret | default (printf "%s-configuration" (include "forebay.name" .)) }}
{{- end -}}

{{- define "forebay.identitySecret" -}}
{{ .Values.identity.existingSecret | default (printf "%s-identity" (include "forebay.name" .)) }}
{{- end -}}

{{- define "forebay.workerSecret" -}}
{{ .Values.workerIdentity.existingSecret | default (printf "%s-worker-identity" (include "forebay.name" .)) }}
{{- end -}}

{{/* The Secret of a store: (dict "root" $ "store" "postgres"). */}}
{{- define "forebay.storeSecret" -}}
{{ (get .root.Values.stores .store).existingSecret | default (printf "%s-%s" (include "forebay.name" .root) .store) }}
{{- end -}}

{{- define "forebay.testsSecret" -}}
{{ .Values.tests.existingSecret | default (printf "%s-demo" (include "forebay.name" .)) }}
{{- end -}}

{{/* The Secret of a service's certificate: (dict "root" $ "service" "gateway"). */}}
{{- define "forebay.certificate" -}}
{{ include "forebay.name" .root }}-tls-{{ .service }}
{{- end -}}

{{/* The names in it: the first is the one that others know it by, and call it. */}}
{{- define "forebay.certificateNames" -}}
{{- $name := include "forebay.name" .root }}
{{- $short := list (printf "%s-%s" $name .service) }}
{{- range $track := keys (get .root.Values.tracks .service | default dict) | sortAlpha }}{{ $short = append $short (printf "%s-%s-%s" $name $.service $track) }}{{ end }}
{{- if eq .service "gateway" }}{{ $short = append $short $name }}{{ end }}
{{- range $short }}
- {{ . }}
- {{ . }}.{{ $.root.Release.Namespace }}
- {{ . }}.{{ $.root.Release.Namespace }}.svc
- {{ . }}.{{ $.root.Release.Namespace }}.svc.cluster.local
{{- end }}
{{- if eq .service "gateway" }}
{{- range .root.Values.tls.gatewayNames }}
- {{ . }}
{{- end }}
{{- end }}
{{- end -}}
