#!/bin/sh
# tandem deploy, promote, rollback and config for images without Java. Needs sh, curl, tar, gzip, sha256sum and sed.
#
# In a job, where everything else is known from the environment:
#   curl -fsS "$CI_SERVER_URL/-/tandem.sh" | sh -s -- deploy production --from app
# Elsewhere set TANDEM_URL and TANDEM_TOKEN (a personal access token with scope api) and give --project.
set -eu

usage() {
  cat >&2 <<'TEXT'
usage: tandem.sh deploy ENVIRONMENT [--from DIR] [--strategy rolling|blue-green|canary]
                 [--steps 10,50] [--bake TIME] [--min-step TIME] [--max-error-ratio RATIO] [--max-p95 MS]
                 [--alpha RATIO] [--tolerance RATIO] [--on-inconclusive continue|pause]
                 [--probe PATH]... [--memory SIZE]
                 [--progress-deadline SECONDS] [--project ID_OR_PATH] [--sha COMMIT] [--ref REF] [--override]
       tandem.sh promote ENVIRONMENT --from ENVIRONMENT [the same but --from DIR, --sha, --ref]
       tandem.sh rollback ENVIRONMENT [--to DEPLOYMENT] [--project ID_OR_PATH]
       tandem.sh config list ENVIRONMENT [--project ID_OR_PATH]
       tandem.sh config set ENVIRONMENT NAME=VALUE... [--secret] [--no-deploy] [options of deploy]
       tandem.sh config unset ENVIRONMENT NAME... [--no-deploy] [options of deploy]
TEXT
  exit 2
}

fail() {
  printf 'tandem: %s\n' "$1" >&2
  exit 1
}

# One value of a flat JSON object, without jq: strings and numbers of the servers own replies only.
field() {
  printf '%s' "$2" | sed -n 's/.*"'"$1"'":"\{0,1\}\([^",}]*\)"\{0,1\}[,}].*/\1/p' | head -n 1
}

# A text as one part of an address: every byte that is not plain becomes %XX.
encoded() {
  printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g'
}

[ $# -ge 2 ] || usage
command=$1
act=
if [ "$command" = config ]; then
  act=$2
  shift
  [ $# -ge 2 ] || usage
fi
environment=$2
shift 2
from=
strategy=
deadline=
sha=
ref=
to=
override=false
secret=false
rollout_too=true
# More parameters of a rollout, one curl option a line; the server checks the values.
wishes=
probes=
wish() {
  case $2 in *[!A-Za-z0-9.,:/_%=-]*) fail "$1 \"$2\" has signs that it cannot have." ;; esac
  wishes="$wishes $1=$2"
}
project=${CI_PROJECT_ID:-}
# What is no option is turned to the end, and is all that is left there afterwards.
left=$#
while [ "$left" -gt 0 ]; do
  case $1 in
    --override) override=true; shift; left=$((left - 1)); continue ;;
    --secret) secret=true; shift; left=$((left - 1)); continue ;;
    --no-deploy) rollout_too=false; shift; left=$((left - 1)); continue ;;
    --from | --strategy | --progress-deadline | --project | --sha | --ref | --to | --steps | --bake | --min-step | --max-error-ratio | \
      --max-p95 | --alpha | --tolerance | --on-inconclusive | --probe | --memory) [ "$left" -ge 2 ] || usage ;;
    -*) usage ;;
    *)
      [ "$command" = config ] || usage
      set -- "$@" "$1"
      shift
      left=$((left - 1))
      continue
      ;;
  esac
  case $1 in
    --steps) wish steps "$2" ;;
    --bake) wish bake "$2" ;;
    --min-step) wish min_step "$2" ;;
    --max-error-ratio) wish max_error_ratio "$2" ;;
    --max-p95) wish max_p95_ms "$2" ;;
    --alpha) wish alpha "$2" ;;
    --tolerance) wish tolerance "$2" ;;
    --on-inconclusive) wish on_inconclusive "$2" ;;
    --probe) probes="$probes $2" ;;
    --memory) wish memory "$2" ;;
    --from) from=$2 ;;
    --strategy) strategy=$2 ;;
    --progress-deadline) deadline=$2 ;;
    --project) project=$2 ;;
    --sha) sha=$2 ;;
    --ref) ref=$2 ;;
    --to) to=$2 ;;
  esac
  shift 2
  left=$((left - 2))
done

if [ -n "${TANDEM_TOKEN:-}" ]; then
  header="PRIVATE-TOKEN: $TANDEM_TOKEN"
elif [ -n "${CI_JOB_TOKEN:-}" ]; then
  header="JOB-TOKEN: $CI_JOB_TOKEN"
else
  fail 'there is no token: run this in a job, or set TANDEM_TOKEN to a personal access token with scope api.'
fi
server=${TANDEM_URL:-${CI_SERVER_URL:-}}
[ -n "$server" ] || fail 'there is no server: run this in a job, or set TANDEM_URL.'
[ -n "$project" ] || fail 'there is no project: run this in a job, or give --project.'
api="${server%/}/api/tandem/v1/projects/$(encoded "$project")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# The token stays out of the list of processes.
umask 077
printf 'header = "%s"\n' "$header" > "$work/auth"

# call METHOD URL [curl arguments]: the body is in $work/reply, the status in $status.
call() {
  method=$1
  url=$2
  shift 2
  status=$(curl -sS -K "$work/auth" -X "$method" -o "$work/reply" -w '%{http_code}' "$@" "$url") || status=000
}

complain() {
  message=$(sed -n 's/.*"\(message\|error\)":"\(.*\)"[,}].*/\2/p' "$work/reply" 2>/dev/null | sed 's/\\"/"/g')
  [ "$status" != 000 ] || message="$server cannot be reached."
  fail "${message:-$1 answered $status}"
}

follow() {
  rollout=$(field id "$(cat "$work/reply")")
  page=$(field web_url "$(cat "$work/reply")")
  printf 'Deployment to %s: %s\n' "$environment" "$page"
  after=0
  silent=0
  while :; do
    call GET "$api/rollouts/$rollout/progress?after=$after&format=text" -m 60
    if [ "$status" != 200 ]; then
      # A server that restarts comes back; the rollout goes on meanwhile.
      silent=$((silent + 1))
      case $status in 4??) complain "the progress of the rollout" ;; esac
      [ "$silent" -lt 150 ] || complain "the progress of the rollout"
      sleep 2
      continue
    fi
    silent=0
    while IFS= read -r line; do
      kind=${line%% *}
      rest=${line#* }
      case $kind in
        event)
          after=${rest%% *}
          printf '  %s\n' "${rest#* }"
          ;;
        log) printf '    | %s\n' "$rest" ;;
        end)
          phase=${rest%% *}
          reason=${rest#* }
          if [ "$phase" = success ]; then
            printf '%s is done.\n' "$environment"
            exit 0
          fi
          fail "deployment to $environment $phase: $reason"
          ;;
      esac
    done < "$work/reply"
  done
}

# ask [curl arguments]: asks for a rollout with all that was said of how it is to go, and follows it.
ask() {
  for each in $wishes; do
    set -- "$@" --data-urlencode "$each"
  done
  [ -z "$strategy" ] || set -- "$@" --data-urlencode "strategy=$strategy"
  set -f
  for each in $probes; do
    set -- "$@" --data-urlencode "probes[]=$each"
  done
  set +f
  [ -z "$deadline" ] || set -- "$@" --data-urlencode "progress_deadline_seconds=$deadline"
  [ "$override" = false ] || set -- "$@" --data-urlencode "override=true"
  call POST "$api/rollouts" --data-urlencode "environment=$environment" "$@"
  [ "$status" = 201 ] || complain "the request for a rollout"
  follow
}

deploy() {
  from=${from:-.}
  [ -f "$from/Procfile" ] || fail "$from has no Procfile. Add one with a line such as \"web: ./server\"."
  (cd "$from" && find . -mindepth 1 ! -type d ! -path './.git/*' -print | LC_ALL=C sort > "$work/files")
  tar -C "$from" -cf "$work/bundle.tar" --owner=0 --group=0 --numeric-owner --mtime=@0 -T "$work/files" 2>/dev/null \
    || tar -C "$from" -cf "$work/bundle.tar" -T "$work/files"
  gzip -n "$work/bundle.tar"
  bundle=$(sha256sum "$work/bundle.tar.gz")
  bundle=${bundle%% *}
  call GET "$api/bundles/$bundle"
  if [ "$status" != 200 ]; then
    call PUT "$api/bundles/$bundle" -T "$work/bundle.tar.gz" -H 'Content-Type: application/gzip'
    case $status in 200 | 201) ;; *) complain "the upload" ;; esac
  fi
  if [ -z "$sha" ] && [ -z "${CI_JOB_TOKEN:-}" ]; then
    sha=$(git -C "$from" rev-parse HEAD 2>/dev/null) || fail "give --sha: the commit which this was made of."
  fi
  set -- --data-urlencode "bundle=$bundle"
  [ -z "$sha" ] || set -- "$@" --data-urlencode "sha=$sha"
  [ -z "$ref" ] || set -- "$@" --data-urlencode "ref=$ref"
  ask "$@"
}

promote() {
  [ -n "$from" ] || fail 'give --from: the environment where it serves now.'
  ask --data-urlencode "promote_from=$from"
}

rollback() {
  set -- --data-urlencode "environment=$environment"
  [ -z "$to" ] || set -- "$@" --data-urlencode "to=$to"
  call POST "$api/rollbacks" "$@"
  [ "$status" = 201 ] || complain "the request for a rollback"
  follow
}

# configure [curl arguments]: changes the configuration and follows the rollout that brings it to what serves.
configure() {
  for each in $wishes; do
    set -- "$@" --data-urlencode "$each"
  done
  set -f
  for each in $probes; do
    set -- "$@" --data-urlencode "probes[]=$each"
  done
  set +f
  [ -z "$strategy" ] || set -- "$@" --data-urlencode "strategy=$strategy"
  call POST "$api/configuration" --data-urlencode "environment=$environment" --data-urlencode "secret=$secret" \
    --data-urlencode "deploy=$rollout_too" "$@"
  [ "$status" = 200 ] || complain "the change of the configuration"
  reply=$(cat "$work/reply")
  printf '%s has configuration %s.\n' "$environment" "$(field version "$reply")"
  [ -z "$(field id "$reply")" ] || follow
}

config() {
  case $act in
    list)
      call GET "$api/configuration?format=text&environment=$(encoded "$environment")"
      [ "$status" = 200 ] || complain "the configuration"
      cat "$work/reply"
      ;;
    set | unset)
      [ $# -ge 1 ] || usage
      left=$#
      while [ "$left" -gt 0 ]; do
        case $act$1 in
          unset*) set -- "$@" --data-urlencode "unset[]=$1" ;;
          *=*) set -- "$@" --data-urlencode "set[${1%%=*}]=${1#*=}" ;;
          *) fail "\"$1\" says no value. Write $1=VALUE." ;;
        esac
        shift
        left=$((left - 1))
      done
      configure "$@"
      ;;
    *) usage ;;
  esac
}

case $command in
  config) config "$@" ;;
  deploy) deploy ;;
  promote) promote ;;
  rollback) rollback ;;
  *) usage ;;
esac
