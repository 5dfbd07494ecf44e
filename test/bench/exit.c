// SPDX-License-Identifier: GPL-2.0-only
/* What an exec is measured with. */
int main(void)
{
	return 0;
}
