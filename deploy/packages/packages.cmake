# `cpack -G DEB` makes one Debian package per service and one for what they share (deploy/packages/build.sh).
# An install component is a package, wheres-my-pizza-COMPONENT.
include_guard(GLOBAL)

set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)  # packing does not build the tests
set(PIZZA_MAINTAINER "Where's My Pizza <maintainers@wheres-my-pizza.invalid>" CACHE STRING "who the packages say maintains them")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME wheres-my-pizza)
set(CPACK_PACKAGE_CONTACT ${PIZZA_MAINTAINER})
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(from ${CMAKE_CURRENT_LIST_DIR})
set(systemd ${PROJECT_SOURCE_DIR}/deploy/systemd)
set(made ${CMAKE_BINARY_DIR}/packages)
set(settings /etc/wheres-my-pizza)
set(rw_r OWNER_READ OWNER_WRITE GROUP_READ)
set(rw_r_r ${rw_r} WORLD_READ)
set(rwx_rx_rx ${rw_r_r} OWNER_EXECUTE GROUP_EXECUTE WORLD_EXECUTE)

string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)  # SOURCE_DATE_EPOCH, if that is set
configure_file(${from}/changelog.in ${made}/changelog.Debian @ONLY)
configure_file(CHANGELOG.md ${made}/changelog COPYONLY)
execute_process(COMMAND gzip -9nf ${made}/changelog.Debian ${made}/changelog COMMAND_ERROR_IS_FATAL ANY)

# What every package has: an executable, and what Debian wants to know.
function(pizza_package component executable)
  install(TARGETS ${executable} RUNTIME DESTINATION /usr/bin COMPONENT ${component})
  # The functions and lines in logged stacks are worth their room, which compressed is a third.
  install(CODE "execute_process(COMMAND ${CMAKE_OBJCOPY} --compress-debug-sections=zlib
                                \"\$ENV{DESTDIR}/usr/bin/${executable}\" COMMAND_ERROR_IS_FATAL ANY)"
          COMPONENT ${component})
  set(package wheres-my-pizza-${component})
  file(CONFIGURE OUTPUT ${made}/${component}/lintian CONTENT
       "# Symbols are for the stacks in its log.\n${package}: unstripped-binary-or-object [usr/bin/${executable}]
# Not everyone's to read.\n${package}: non-standard-file-perm 0640 != 0644 [etc/wheres-my-pizza/*]\n${ARGN}")
  install(FILES ${made}/${component}/lintian DESTINATION /usr/share/lintian/overrides RENAME ${package}
          COMPONENT ${component})
  install(FILES ${from}/copyright ${made}/changelog.Debian.gz ${made}/changelog.gz DESTINATION /usr/share/doc/${package}
          COMPONENT ${component})
endfunction()

# Its unit, its settings and its maintainer scripts besides. UNIT of a template ends in @.service; UNITS is then a pattern.
function(pizza_service_package SERVICE UNIT)
  pizza_package(${SERVICE} ${SERVICE})
  string(REPLACE "@." "@*." UNITS ${UNIT})
  file(READ ${systemd}/hardening.in HARDENING)
  file(READ ${systemd}/common.in COMMON)
  string(CONFIGURE "${COMMON}" COMMON @ONLY)
  configure_file(${systemd}/${UNIT}.in ${made}/${SERVICE}/${UNIT} @ONLY)
  install(FILES ${made}/${SERVICE}/${UNIT} DESTINATION /lib/systemd/system COMPONENT ${SERVICE})
  install(FILES ${from}/env/${SERVICE}.env DESTINATION ${settings} PERMISSIONS ${rw_r} COMPONENT ${SERVICE})
  foreach(script postinst prerm postrm)
    configure_file(${from}/scripts/service.${script}.in ${made}/${SERVICE}/${script} @ONLY
                   FILE_PERMISSIONS ${rwx_rx_rx})
  endforeach()
  file(CONFIGURE OUTPUT ${made}/${SERVICE}/conffiles CONTENT "${settings}/${SERVICE}.env\n")
endfunction()

pizza_service_package(order-service order-service.service)
pizza_service_package(kitchen-worker kitchen-worker@.service)
pizza_service_package(tracking-service tracking-service.service)
pizza_service_package(notification-subscriber notification-subscriber.service)

set(common wheres-my-pizza-common)
pizza_package(common restaurant-system "${common}: non-standard-dir-perm 0700 != 0755 [etc/wheres-my-pizza/secrets/]\n")
install(FILES ${from}/config.yaml DESTINATION ${settings} PERMISSIONS ${rw_r} COMPONENT common)
install(DIRECTORY DESTINATION ${settings}/secrets DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
        COMPONENT common)
install(FILES ${systemd}/wheres-my-pizza.sysusers DESTINATION /usr/lib/sysusers.d RENAME wheres-my-pizza.conf
        COMPONENT common)
install(FILES schema/roles.sql DESTINATION /usr/share/wheres-my-pizza COMPONENT common)
install(FILES config/config.yaml DESTINATION /usr/share/doc/${common}/examples COMPONENT common)
install(FILES README.md docs/packages.md docs/operating.md docs/messaging.md DESTINATION /usr/share/doc/${common}
        COMPONENT common)
foreach(script postinst postrm)
  configure_file(${from}/scripts/common.${script} ${made}/common/${script} COPYONLY FILE_PERMISSIONS ${rwx_rx_rx})
endforeach()
file(CONFIGURE OUTPUT ${made}/common/conffiles CONTENT "${settings}/config.yaml\n")

set(CPACK_COMPONENTS_ALL order-service kitchen-worker tracking-service notification-subscriber common)
foreach(component ${CPACK_COMPONENTS_ALL})
  string(TOUPPER ${component} key)
  set(CPACK_DEBIAN_${key}_PACKAGE_NAME wheres-my-pizza-${component})
  foreach(name conffiles postinst prerm postrm)
    if(EXISTS ${made}/${component}/${name})
      list(APPEND CPACK_DEBIAN_${key}_PACKAGE_CONTROL_EXTRA ${made}/${component}/${name})
    endif()
  endforeach()
  set(CPACK_DEBIAN_${key}_PACKAGE_DEPENDS "${common} (>= ${PROJECT_VERSION})")
endforeach()
set(CPACK_DEBIAN_COMMON_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_COMMON_PACKAGE_SUGGESTS "postgresql (>= 15), rabbitmq-server (>= 3.10)")

set(about "Where's My Pizza takes a restaurant's orders over HTTP, has kitchen workers
cook them, and tells customers where their order is. It needs a PostgreSQL
and a RabbitMQ, here or elsewhere.")
set(CPACK_DEBIAN_ORDER-SERVICE_DESCRIPTION "restaurant orders: takes orders over HTTP\n${about}
.
This service takes the orders and the operations of the staff, and sets up
the database.")
set(CPACK_DEBIAN_KITCHEN-WORKER_DESCRIPTION "restaurant orders: kitchen workers\n${about}
.
A worker cooks what waits, or works at another station; systemd runs as many
of them as wanted, as kitchen-worker@NAME.")
set(CPACK_DEBIAN_TRACKING-SERVICE_DESCRIPTION "restaurant orders: tells where an order is\n${about}
.
This service answers questions about orders and workers over HTTP.")
set(CPACK_DEBIAN_NOTIFICATION-SUBSCRIBER_DESCRIPTION "restaurant orders: notifications and webhooks\n${about}
.
This service prints every change of an order's status, and passes it on to
webhooks.")
set(CPACK_DEBIAN_COMMON_DESCRIPTION "restaurant orders: what the services share\n${about}
.
This package holds the settings, the user that the services run as, the roles
for the database, the documentation and the command restaurant-system.")

include(CPack)
