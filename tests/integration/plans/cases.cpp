#include "integration/plans/cases.hpp"

#include <array>

namespace pizza::plans {
namespace {

constexpr std::string_view kWholeAudit = "the audit looks at every row, once, when an operator asks";
constexpr std::string_view kFewOfMany = "the audit; of a small table all is read, of a large one what is open";
constexpr std::string_view kPruning = "the prune; what is owed is little while the broker is there";
constexpr std::string_view kBadDay = "asked by the audit for a day that is wrong, and those are few";

constexpr std::array kCases{
    // Schema and registry: tables that stay small.
    Case{"migration_lock", "", 10},
    Case{"migration_table", "", 10},
    Case{"migration_version", "", 10},
    Case{"migration_record", "99, 'later'", 20},
    Case{"register_worker", "'anna', 'general', 30, '$uuid', '{dine_in}', 1, 10000, 'cook'", 40},
    Case{"lock_registry", "", 10},
    Case{"count_other_workers", "'anna'", 60},
    Case{"worker_heartbeat", "'$cook', '$instance'", 20},
    Case{"worker_sign_off", "'$cook', '$instance'", 20},
    Case{"hurry", "'1000'", 10},

    // Placing.
    Case{"find_customers", "'{Customer 1,Customer 2,nobody}'", 30},
    Case{"hold_keys", "'{a,b}'", 10},
    Case{"find_keys", "'{$key,b}', '2000-01-01'", 80},
    Case{"keep_keys", "now(), now() - interval '23 hours', '{a}', '{hash}', '{$done}', ARRAY[now()]", 6000},
    Case{"take_numbers", "current_date, 1", 20},
    Case{"insert_orders",
         "now(), '{ORD_20000101_001}', '{Customer 1}', '{dine_in}', '{7}', '{NULL}', '{25.00}', '{5}', '{regular}', "
         "'{f}', '{request}', '{$uuid}', '{ORD_20000101_001,ORD_20000101_001}', '{Margherita,Water}', '{1,150}', "
         "'{20.00,2.50}', '{note}', '{NULL}', current_date, '{medium}'",
         300},
    Case{"await_day", "current_date", 20},
    Case{"find_placed", "'{$waiting,ORD_20000101_001}', '{$uuid}'", 40},

    // Messages that are owed.
    Case{"outbox_append",
         "'{orders_topic}', '{kitchen.takeout.1}', '{order}', '{1}', '{$waiting}', '{request}', '{\"{}\"}', '{NULL}'",
         40},
    Case{"outbox_find_orders", "'{$waiting}'", 40},
    Case{"outbox_remove", "'{$owed}'", 80},
    Case{"outbox_release", "'{$owed}'", 200},
    Case{"outbox_postpone", "'{$owed}'", 200},
    Case{"outbox_take_due", "500", 15000},
    Case{"outbox_backlog", "10000", 1700},
    Case{"load_orders", "'{$waiting_id,$cooking_id}'", 20},
    Case{"load_order_items", "'{$waiting_id,$cooking_id}'", 20},

    // The kitchen's steps.
    Case{"lock_orders", "'{$waiting}', '{$message}', 'cook', '{dine_in,takeout,delivery}', 5", 60},
    Case{"lock_cooked_orders", "'{$cooking}'", 20},
    Case{"held_under_messages", "'{$message}', 'cook', '{$waiting_id}'", 20},
    Case{"lock_higher_orders", "'cook', 'received', '{dine_in,takeout,delivery}', 5, '{$waiting_id}', 10, 5", 700},
    Case{"lock_higher_orders", "'courier', 'ready', '{delivery}', 1, '{$waiting_id}', 10, 5", 60},
    Case{"start_stage",
         "'$cook', '$instance', '{$waiting_id}', '{$uuid}', '{message}', 'cook', 'received', 'cooking', '{normal}', "
         "'{1}', '{1000}', '{1000}', ARRAY[now()], ARRAY[now()]",
         130},
    Case{"resume_stage", "'$cook', '$instance', '{$cooking_id}', '{$uuid}', '{message}', 'cook', 'cooking'", 80},
    Case{"clear_claims", "'{$cooking_id}'", 60},
    Case{"finish_stage",
         "'$cook', '$instance', '{$cooking_id}', '{$claim}', 'cook', 'cooking', 'ready', '{NULL}', ARRAY[now()]", 120},
    Case{"record_failure", "'$waiting', '$cook', 'reason', 1, 'cook', 'received', 'cooking'", 100},
    Case{"missed_cancellations", "'cook_7', now()", 20},
    Case{"was_cancelled", "'$done'", 10},
    Case{"may_promote", "", 10},
    Case{"promote_orders", "120000, '$cook', 100", 8000},

    // Questions.
    Case{"order_states", "'{$done,$waiting,nobody}'", 20},
    Case{"order_history", "'$done'", 60},
    Case{"order_details", "'$done'", 60},
    Case{"order_items", "$done_id", 20},
    Case{"order_id", "'$done'", 10},
    Case{"newest_orders", "9223372036854775807, 51", 40},
    Case{"newest_orders_of", "9223372036854775807, 51, '{completed,cancelled}', '{dine_in,takeout,delivery}'", 700},
    Case{"workers_status", "", 60},
    Case{"kitchen_cooks", "", 60},
    Case{"kitchen_waiting", "", 3000},
    Case{"kitchen_cooking", "1", 50},
    Case{"priorities_counted", "", 600},
    Case{"priorities_waiting", "", 3000},

    // Healing. The first of those that wait, and those that cook.
    Case{"lead_reconcilers", "", 10},
    Case{"look_at_line", "'cook', '{takeout}', 1000", 6000},
    Case{"look_at_line", "'courier', '{delivery}', 1000", 400},
    Case{"take_orphans", "'cook', '{takeout}', 1000, 20000", 1000},
    Case{"take_outranked", "1000, 20000", 1000},
    Case{"lock_unclaimed", "'cook', '{takeout}', 1000", 100},
    Case{"lock_forgotten", "'cook', '{takeout}', 1000, 60000, 2000", 10000},
    Case{"reset_attempts", "'{$done,$waiting}'", 20},

    // The staff.
    Case{"lock_staff_order", "'$waiting'", 20},
    Case{"staff_move", "$waiting_id, 'received', 'cancelled', 'note'", 80},
    Case{"staff_priority", "$waiting_id, 'received', 10, 'note'", 90},
    Case{"count_completed_order", "'Customer 1'", 40},
    Case{"notify_order_cancelled", "'channel', '$waiting'", 10},

    // The prune.
    Case{"prune_before", "7776000", 10},
    Case{"prune_page", "0, now(), 100", 60},
    Case{"numbered_days", "", 20},
    Case{"lock_pruned_orders", "0, 100, now()", 300},
    Case{"prune_owed_messages", "'{$done}'", 0, kPruning},
    Case{"prune_order_items", "'{$done_id}'", 60},
    Case{"prune_order_status_log", "'{$done_id}'", 60},
    Case{"prune_order_stages", "'{$done_id}'", 60},
    Case{"prune_orders", "'{-1}'", 20},
    Case{"keep_pruned_numbers", "ARRAY[current_date], '{1}'", 60},

    // The audit.
    Case{"audit_clock", "", 0, kWholeAudit},
    Case{"audit_stored_orders", "10", 0, kWholeAudit},
    Case{"audit_open_orders", "10, now(), 60000", 20000, kFewOfMany},
    Case{"audit_days", "", 0, kWholeAudit},
    Case{"audit_missing_numbers", "'20000101', 10, 10", 0, kBadDay},
    Case{"audit_doubled_numbers", "'20000101', 10", 0, kBadDay},
    Case{"audit_bad_numbers", "10", 0, kWholeAudit},
    Case{"audit_promised_orders", "10", 0, kWholeAudit},
    Case{"audit_outbox", "0, 1000", 20000, kFewOfMany},
    Case{"audit_overdue_messages", "10, now()", 0, kWholeAudit},
    Case{"audit_still_owed", "'{$owed}'", 80},
};

}  // namespace

std::span<const Case> cases() { return kCases; }

}  // namespace pizza::plans
