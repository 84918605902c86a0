# What `tests/run.sh sanitize` builds and runs, as a pattern of the tests' names. ASan with UBSan: the libraries against real
# sockets and servers, and of the whole restaurant what makes most of its parts meet; TSan: of these where threads meet. All
# the rest is for PIZZA_PRESET=… tests/run.sh.
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=thread")
  set(sanitized_tests "^(unit/(core|logging|metrics|http|host|kitchen|order)|integration/(http|messaging|outbox|kitchen)|\
e2e/(order_flow|staff|kitchen|notifier))$")
else()
  set(sanitized_tests "^((unit|contract|integration)/.*|e2e/(order_flow|staff|kitchen|notifier|tracking|webhooks))$")
endif()
