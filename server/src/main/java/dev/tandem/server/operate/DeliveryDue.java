package dev.tandem.server.operate;

/** An attempt that is due; counted from 1. */
record DeliveryDue(long deliveryId, int attempt) {
    String key() {
        return deliveryId + "-" + attempt;
    }
}
