"""What the official SDK may do with keys of each scope, and where it finds its account by itself.

usage: scopes.py ENDPOINT CUSTOMER SCOPE=ACCESS_KEY:SECRET_KEY...   (keys of one account; no domain id is given)
"""

import json
import sys
from decimal import Decimal

from huaweicloudsdkbss.v2 import (
    AdjustAccountReq,
    BssClient,
    ListPartnerAdjustRecordsRequest,
    ListPartnerBalancesRequest,
    ListSubCustomersRequest,
    QuerySubCustomerListReq,
    ReclaimToPartnerAccountBalancesReq,
    ReclaimToPartnerAccountRequest,
    SendVerificationCodeV2Req,
    SendVerificationMessageCodeRequest,
    UpdateCustomerAccountAmountRequest,
)
from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import SdkException
from huaweicloudsdkcore.region.region import Region

endpoint, customer = sys.argv[1:3]


def client(access, secret):
    """With a region and without a domain id: the SDK asks the identity endpoint for its account."""
    credentials = GlobalCredentials(access, secret).with_iam_endpoint(endpoint)
    return BssClient.new_builder().with_credentials(credentials).with_region(Region("here", endpoint)).build()


calls = {
    "customers_read": lambda bss: bss.list_sub_customers(ListSubCustomersRequest(body=QuerySubCustomerListReq(limit=1))),
    "customers_verify": lambda bss: bss.send_verification_message_code(
        SendVerificationMessageCodeRequest(
            body=SendVerificationCodeV2Req(receiver_type=1, mobile_phone="13800000001", timeout=5, scene=29)
        )
    ),
    "funds_read": lambda bss: bss.list_partner_balances(ListPartnerBalancesRequest()),
    "adjustments_read": lambda bss: bss.list_partner_adjust_records(ListPartnerAdjustRecordsRequest(limit=1)),
    "funds_appropriate": lambda bss: bss.update_customer_account_amount(
        UpdateCustomerAccountAmountRequest(body=AdjustAccountReq(customer_id=customer, amount=Decimal("0.02")))
    ),
    "funds_reclaim": lambda bss: bss.reclaim_to_partner_account(
        ReclaimToPartnerAccountRequest(body=ReclaimToPartnerAccountBalancesReq(customer_id=customer, amount=Decimal("0.01")))
    ),
}


def status(call, bss):
    try:
        call(bss)
        return 200
    except SdkException as error:
        return error.status_code


told = {}
for given in sys.argv[3:]:
    scope, key = given.split("=")
    access, secret = key.split(":")
    bss = client(access, secret)
    told[scope] = {name: status(call, bss) for name, call in calls.items()}
print(json.dumps(told))
