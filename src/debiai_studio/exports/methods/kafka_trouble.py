"""Why a broker did not acknowledge a message, in words that a person can act on."""

from __future__ import annotations

from confluent_kafka import KafkaError

from debiai_studio.exports.errors import DeliveryFailed, DeliveryRejected, DeliveryUncertain
from debiai_studio.exports.methods.kafka_connection import Refused, Trouble

# Trying again cannot help with these; everything else is retried.
REMEDIES = {
    KafkaError.UNKNOWN_TOPIC_OR_PART: "there is no such topic. Create it, or correct its name.",
    KafkaError._UNKNOWN_TOPIC: "there is no such topic. Create it, or correct its name.",  # noqa: SLF001
    KafkaError.TOPIC_EXCEPTION: "the broker does not take this topic. Correct its name.",
    KafkaError.TOPIC_AUTHORIZATION_FAILED: "there is no permission to write to it. Grant it, or "
    "correct the user.",
    KafkaError.CLUSTER_AUTHORIZATION_FAILED: "the cluster gives no permission. Grant it, or "
    "correct the user.",
    KafkaError.MSG_SIZE_TOO_LARGE: "the document is larger than the topic takes. Raise "
    "max.message.bytes of the topic and message.max.bytes of the method, set large=chunk or "
    "large=reference of the method, or export fewer samples.",
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED: "there is no permission for transactions, "
    "which large=chunk needs. Grant Write and Describe on the transactional ids that begin with "
    "the client.id of the method (debiai-studio unless set).",
    KafkaError.INVALID_TRANSACTION_TIMEOUT: "the broker allows no transaction as long as that. "
    "Lower transaction.timeout.ms of the method, or raise transaction.max.timeout.ms of the "
    "broker.",
    KafkaError.INVALID_RECORD: "the broker refuses the message as invalid. Check the topic's "
    "settings.",
}

# What librdkafka writes of a connection that fails, the particular before the general.
CONNECTING = {
    "Connection refused": "the connection was refused, so nothing listens there: check host and "
    "port.",
    "certificate verify failed": "its certificate is not trusted: give the certificate of its "
    "authority as ssl.ca.pem, or correct the host name.",
    "PLAINTEXT broker listener": "it does not speak TLS at this port: correct the port or "
    "security.protocol.",
    "tls alert": "it asks for a client certificate that it trusts: give ssl.certificate.pem and "
    "ssl.key.pem.",
    "imed out": "it does not answer: check the address, and that no firewall is in between.",
    "SASL": "it does not let the user in: check sasl.mechanism, sasl.username and sasl.password.",
    "SSL": "the TLS connection fails: check the port, security.protocol and ssl.ca.pem.",
}
INTERRUPTED = (
    "Another export to this broker was stopped while this one was on its way; the broker may have "
    "got it. It is sent again."
)
ENDED = (
    "it ended the connection: check the port and security.protocol; it may expect TLS or a user."
)


def error_of(refused: Refused, topic: str) -> DeliveryFailed | DeliveryRejected | DeliveryUncertain:
    """What a message that was not acknowledged means for its delivery."""
    if refused.code == KafkaError._PURGE_INFLIGHT:  # noqa: SLF001 - its public name
        return DeliveryUncertain(INTERRUPTED)
    remedy = REMEDIES.get(refused.code) if refused.code is not None else None
    if remedy is not None:
        return DeliveryRejected(f'The topic "{topic}": {remedy} (The broker says: {refused.text}.)')
    if refused.trouble is None:
        return DeliveryFailed(f"The broker did not acknowledge: {refused.text}.")
    reason = _why_unconnected(refused.trouble)
    return DeliveryFailed(f"The broker cannot be used: {reason} ({refused.trouble.text}.)")


def _why_unconnected(trouble: Trouble) -> str:
    # The text begins with the address, after which comes what happened.
    happened = trouble.text.partition(": ")[2]
    return next((reason for sign, reason in CONNECTING.items() if sign in happened), ENDED)
