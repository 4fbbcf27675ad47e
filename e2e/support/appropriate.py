"""Appropriates to a customer with the official SDK: endpoint, AK, SK, domain, customer, amount."""

import sys
from decimal import Decimal

from huaweicloudsdkbss.v2 import AdjustAccountReq, BssClient, UpdateCustomerAccountAmountRequest
from huaweicloudsdkcore.auth.credentials import GlobalCredentials

endpoint, access_key, secret_key, domain, customer, amount = sys.argv[1:]
client = (
    BssClient.new_builder()
    .with_credentials(GlobalCredentials(access_key, secret_key, domain))
    .with_endpoint(endpoint)
    .build()
)
body = AdjustAccountReq(customer_id=customer, amount=Decimal(amount))
print(client.update_customer_account_amount(UpdateCustomerAccountAmountRequest(body=body)).transfer_id)
