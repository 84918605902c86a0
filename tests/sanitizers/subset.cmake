# What `tests/run.sh sanitize` builds and runs, as a pattern of the tests' names: the libraries against real sockets and
# servers, and of the whole restaurant what makes most of its threads meet. All the rest is for PIZZA_PRESET=… tests/run.sh.
set(sanitized_tests "^((unit|contract|integration)/.*|e2e/(order_flow|staff|kitchen|notifier|tracking|webhooks))$")
