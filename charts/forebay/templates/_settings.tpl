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
{{- else if eq .name "FOREBAY_HTTP_PORT" }}{{ .root.Values.gateway.httpPort }}
{{- else if eq .name "FOREBAY_HTTP_OPERATIONS_PORT" }}{{ .root.Values.gateway.operationsPort }}
{{- else if eq .name "FOREBAY_CONFIG_FILE" }}/etc/forebay/configuration/config.yaml
{{- else if eq .name "FOREBAY_CONTROL_FIRST_OPERATOR" }}{{ .root.Values.configuration.operator | default (ternary "demo" "" .root.Values.configuration.demo) }}
{{- else if eq .name "FOREBAY_SNAPSHOT_FILE" }}/var/lib/forebay/snapshot/snapshot.json
{{- else if eq .name "FOREBAY_OTLP_ENDPOINT" }}{{ include "forebay.otlp" .root }}
{{- else if eq .name "FOREBAY_IDENTITY_PRIVATE_KEY_FILE" }}/etc/forebay/identity/identity.key
{{- else if eq .name "FOREBAY_IDENTITY_PUBLIC_KEY_FILE" }}/etc/forebay/identity/identity.pub
{{- else if eq .name "FOREBAY_IDENTITY_WORKER_PUBLIC_KEY_FILE" }}/etc/forebay/identity/worker.pub
{{- else if eq .name "FOREBAY_GATEWAY_REPLICAS" }}{{ ternary $own.autoscaling.maxReplicas $own.replicas $own.autoscaling.enabled }}
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

{{/* The variables of a service that speak of certificates: (dict "root" $ "service" "gateway"). */}}
{{- define "forebay.tlsSettings" -}}
{{- $wiring := include "forebay.wiring" .root | fromYaml }}
{{- $known := get $wiring.services .service }}
{{- $tls := .root.Values.tls }}
{{- $callers := list }}
{{- range $caller, $its := $wiring.services }}
{{- if has $.service $its.calls }}{{ $callers = append $callers (printf "%s-%s" (include "forebay.name" $.root) $caller) }}{{ end }}
{{- end }}
{{- if $tls.enabled }}
- {name: FOREBAY_CHANNEL_CA_FILE, value: /etc/forebay/certificate/ca.crt}
- {name: FOREBAY_CHANNEL_CERTIFICATE_FILE, value: /etc/forebay/certificate/tls.crt}
- {name: FOREBAY_CHANNEL_KEY_FILE, value: /etc/forebay/certificate/tls.key}
{{- if or $callers $tls.gateway }}
- {name: FOREBAY_SERVER_CERTIFICATE_FILE, value: /etc/forebay/certificate/tls.crt}
- {name: FOREBAY_SERVER_KEY_FILE, value: /etc/forebay/certificate/tls.key}
{{- end }}
{{- if $callers }}
- {name: FOREBAY_SERVER_CA_FILE, value: /etc/forebay/certificate/ca.crt}
- {name: FOREBAY_SERVER_CALLERS, value: {{ join "," $callers | quote }}}
{{- end }}
{{- end }}
{{- if and .root.Values.triton.tls.existingSecret (include "forebay.callsTriton" $known) }}
- {name: FOREBAY_TRITON_CA_FILE, value: /etc/forebay/triton/ca.crt}
{{- if .root.Values.triton.tls.clients }}
{{- if not $tls.enabled }}{{ fail "triton.tls.clients needs tls.enabled: services show Triton the certificates that they show each other" }}{{ end }}
- {name: FOREBAY_TRITON_CERTIFICATE_FILE, value: /etc/forebay/certificate/tls.crt}
- {name: FOREBAY_TRITON_KEY_FILE, value: /etc/forebay/certificate/tls.key}
{{- end }}
{{- end }}
{{- end -}}

{{- define "forebay.callsTriton" -}}
{{- range .calls }}{{ if hasPrefix "triton-" . }}yes{{ end }}{{ end }}
{{- end -}}

{{/* Where these files are mounted, and from what: as above. */}}
{{- define "forebay.tlsMounts" -}}
{{- if .root.Values.tls.enabled }}
- {name: certificate, mountPath: /etc/forebay/certificate, readOnly: true}
{{- end }}
{{- if .root.Values.tls.stores }}
- {name: stores, mountPath: /etc/forebay/stores, readOnly: true}
{{- end }}
{{- if .root.Values.triton.tls.existingSecret }}
- {name: triton, mountPath: /etc/forebay/triton, readOnly: true}
{{- end }}
{{- end -}}

{{- define "forebay.tlsVolumes" -}}
{{- if .root.Values.tls.enabled }}
- name: certificate
  secret: {secretName: {{ include "forebay.certificate" . }}}
{{- end }}
{{- with .root.Values.tls.stores }}
- name: stores
  secret: {secretName: {{ . }}}
{{- end }}
{{- with .root.Values.triton.tls.existingSecret }}
- name: triton
  secret: {secretName: {{ . }}, items: [{key: ca.crt, path: ca.crt}]}
{{- end }}
{{- end -}}

{{/* What is spoken at the port of a service: as above. */}}
{{- define "forebay.protocol" -}}
{{- $plain := and (eq .service "gateway") (not .root.Values.tls.gateway) }}
{{- if and .root.Values.tls.enabled (not $plain) }}https{{ else }}kubernetes.io/h2c{{ end -}}
{{- end -}}
