#pragma once
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

/* amqp_login_with_properties is variadic, which Swift cannot call. */
static inline amqp_rpc_reply_t leadline_login(
    amqp_connection_state_t connection, const char *vhost, int channelMax, int frameMax, int heartbeat,
    const amqp_table_t *properties, const char *user, const char *password) {
    return amqp_login_with_properties(
        connection, vhost, channelMax, frameMax, heartbeat, properties, AMQP_SASL_METHOD_PLAIN, user, password);
}
