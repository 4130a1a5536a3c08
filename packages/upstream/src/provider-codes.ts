import type { ErrorCode } from '@faultline/core'

const entries = (code: ErrorCode, names: string): [string, ErrorCode][] =>
  names.split(/\s+/).map((name) => [name, code])

/**
 * Providers' names for errors in snake_case, with the canonical code of each. Sources: OpenAI's guide to error codes,
 * Anthropic's `error_code`, google.rpc.Code and Gemini's reasons, Azure, Bedrock's exceptions, OpenRouter's
 * `error_type`, text-generation-inference.
 */
export const specificCodes: ReadonlyMap<string, ErrorCode> = new Map([
  ...entries(
    'prompt_too_long',
    'context_length_exceeded token_limit_exceeded prompt_too_long context_window_exceeded',
  ),
  ...entries('invalid_max_tokens', 'max_tokens_exceeded'),
  ...entries(
    'prompt_violation',
    `content_filter content_policy_violation responsible_aipolicy_violation responsible_ai_policy_violation
    invalid_prompt moderation_blocked bio_policy misalignment_policy_violation image_content_policy_violation
    content_filter_policy prohibited_content safety`,
  ),
  ...entries('unsafe_content', 'refusal recitation'),
  ...entries('invalid_api_key', 'invalid_api_key api_key_invalid api_key_expired account_token_invalid'),
  ...entries(
    'permission_denied',
    `access_denied_exception insufficient_permissions request_forbidden unsupported_country_region_territory
    organization_on_hold workspace_policy_violation api_key_service_blocked consumer_suspended service_disabled`,
  ),
  ...entries(
    'quota_exceeded',
    `insufficient_quota credit_balance_exhausted organization_spend_limit_exceeded project_spend_limit_exceeded
    organization_usage_limit_exceeded enforced_spend_limit_reached contract_spend_limit_reached
    linked_organization_spend_limit_reached billing_hard_limit_reached quota_exceeded budget_exceeded
    service_quota_exceeded_exception openrouter_key_limit`,
  ),
  ...entries(
    'payment_required',
    'linked_organization_billing_unavailable payment_required openrouter_credits billing_not_active billing_disabled',
  ),
  ...entries(
    'rate_limit_exceeded',
    `rate_limit_exceeded slow_down ramp_limit_exceeded throttling_exception throttled_exception throttling
    too_many_requests_exception request_limit_exceeded openrouter_in_flight_budget upstream_provider_shared_pool`,
  ),
  ...entries(
    'model_overloaded',
    `server_is_overloaded overloaded overloaded_error engine_overloaded provider_overloaded capacity_exceeded
    service_unavailable_exception service_tier_capacity_exceeded compaction_unavailable`,
  ),
  ...entries('model_unavailable', 'model_not_ready_exception provider_unavailable'),
  ...entries(
    'model_timeout',
    'model_timeout_exception deadline_exceeded vector_store_timeout timeout_error upstream_timeout timeout',
  ),
  ...entries('model_not_found', 'model_not_found deployment_not_found unknown_model no_such_model'),
  ...entries('payload_too_large', 'request_too_large request_body_too_large_after_decoding'),
  ...entries(
    'invalid_content_media',
    `invalid_image invalid_image_format invalid_base64_image image_too_large image_too_small image_parse_error
    invalid_image_mode image_file_too_large unsupported_image_media_type empty_image_file unsupported_image_format`,
  ),
  ...entries(
    'unavailable_content_media',
    'failed_to_download_image image_file_not_found invalid_image_url image_not_found image_download_failed',
  ),
  ...entries('missing_required_field', 'missing_required_parameter'),
  ...entries(
    'invalid_field_value',
    `invalid_value unsupported_value unsupported_parameter invalid_type decimal_above_max_value
    decimal_below_min_value integer_above_max_value integer_below_min_value string_above_max_length
    parameter_unknown string_too_long`,
  ),
  ...entries(
    'stream_error',
    'model_stream_error_exception incomplete_generation_stream stream_serialization_error',
  ),
  ...entries('model_server_error', 'model_error_exception'),
])

/** Names that are no more specific than a status. A message or a status takes precedence. */
export const genericCodes: ReadonlyMap<string, ErrorCode> = new Map([
  ...entries(
    'unauthenticated',
    'authentication_error authentication unauthenticated unrecognized_client_exception',
  ),
  ...entries('permission_denied', 'permission_error permission_denied forbidden'),
  ...entries('payment_required', 'billing_error'),
  ...entries(
    'rate_limit_exceeded',
    'rate_limit_error too_many_requests resource_exhausted tokens requests throttling_error',
  ),
  ...entries('model_overloaded', 'unavailable service_unavailable_error service_unavailable'),
  ...entries('not_found', 'not_found not_found_error resource_not_found_exception'),
  ...entries(
    'conflict',
    'conflict_error already_exists aborted conflict_exception memory_path_conflict_error conflict',
  ),
  ...entries('precondition_failed', 'memory_precondition_failed_error precondition_failed'),
  ...entries('payload_too_large', 'payload_too_large'),
  ...entries('upstream_error', 'cancelled'),
  ...entries('not_implemented', 'unimplemented not_implemented'),
  ...entries(
    'model_server_error',
    `server_error api_error internal_server_error internal internal_error unknown data_loss internal_server_exception
    internal_failure server generation incomplete_generation failed_dependency`,
  ),
  ...entries(
    'invalid_request',
    `invalid_request_error invalid_argument invalid_request validation_exception bad_request bad_request_error
    failed_precondition out_of_range unprocessable validation template_error tool_error`,
  ),
])
