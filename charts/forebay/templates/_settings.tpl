{{/*
The value of one setting of a service, by its name: (dict "root" $ "service" "gateway" "name" "FOREBAY_…").
Which settings a service is given is told by files/wiring.yaml; one that is not known here stops the rendering, so that
the chart cannot fall behind the code. An empty string means that it comes from elsewhere: `env`, or a mounted secret.
*/}}
{{- define "forebay.setting" -}}
{{- $own := include "forebay.service" (dict "root" .root "name" .service) | fromYaml -}}
{{- $wiring := include "forebay.wiring" .root | fromYaml -}}
{{- $callee := "" -}}
{{- range $name, $setting := $wiring.targets }}{{ if eq $setting $.name }}{{ $callee = $name }}{{ end }}{{ end -}}
{{- if hasKey $own.env .name }}{{ get $own.env .name }}
{{- else if eq .name "FOREBAY_SERVER_HOST" }}0.0.0.0
{{- else if eq .name "FOREBAY_SERVER_PORT" }}{{ $own.port }}
{{- else if eq .name "FOREBAY_SERVER_HEALTH_PORT" }}{{ $own.healthPort }}
{{- else if eq .name "FOREBAY_SERVER_SETTLE" }}{{ $own.settle }}
{{- else if eq .name "FOREBAY_SERVER_GRACE" }}{{ $own.grace }}
{{- else if eq .name "FOREBAY_SERVER_REFLECTION" }}false
{{- else if eq .name "FOREBAY_CONFIG_FILE" }}/etc/forebay/configuration/config.yaml
{{- else if eq .name "FOREBAY_OTLP_ENDPOINT" }}{{ include "forebay.otlp" .root }}
{{- else if eq .name "FOREBAY_IDENTITY_PRIVATE_KEY_FILE" }}/etc/forebay/identity/identity.key
{{- else if eq .name "FOREBAY_IDENTITY_PUBLIC_KEY_FILE" }}/etc/forebay/identity/identity.pub
{{- else if eq .name "FOREBAY_IDENTITY_WORKER_PUBLIC_KEY_FILE" }}/etc/forebay/identity/worker.pub
{{- else if hasSuffix "_TOKENIZER_FILE" .name }}/models/embedding/tokenizer.json
{{- else if $callee }}{{ include "forebay.target" (dict "root" .root "callee" $callee) }}
{{- else }}{{ fail (printf "the chart knows no value for %s of %s: give it one in templates/_settings.tpl" .name .service) }}
{{- end -}}
{{- end -}}

{{/* Where something that services call is; empty when a mounted secret says it: (dict "root" $ "callee" "milvus"). */}}
{{- define "forebay.target" -}}
{{- $name := include "forebay.name" .root -}}
{{- if has .callee (list "postgres" "valkey") -}}
{{- else if eq .callee "milvus" -}}
{{- if .root.Values.stores.milvus.inside }}http://{{ $name }}-milvus:{{ .root.Values.stores.milvus.port }}
{{- else }}{{ required "stores.milvus.uri must say where Milvus is, or stores.milvus.inside be true" .root.Values.stores.milvus.uri }}{{ end -}}
{{- else if eq .callee "objects" -}}
{{ required "stores.objects.url must say where originals are kept, such as s3://bucket/prefix" .root.Values.stores.objects.url }}
{{- else if hasPrefix "triton-" .callee -}}
dns:///{{ $name }}-{{ .callee }}:8001
{{- else -}}
dns:///{{ $name }}-{{ .callee }}:{{ (include "forebay.service" (dict "root" .root "name" .callee) | fromYaml).port }}
{{- end -}}
{{- end -}}

{{- define "forebay.otlp" -}}
{{- if .Values.telemetry.collector.enabled }}http://{{ include "forebay.name" . }}-collector:4317{{ else }}{{ .Values.telemetry.otlpEndpoint }}{{ end -}}
{{- end -}}
